import java.sql.*;
import java.util.*;
import java.math.BigDecimal;
import org.postgresql.*;
import org.postgresql.copy.*;
import org.postgresql.util.*;
/** What a program of JDBC asks of a server; its answers by PostgreSQL are in answers.txt. */
public class Everything {
  static void rows(String title, ResultSet r) throws Exception {
    StringBuilder out = new StringBuilder(title + ":");
    ResultSetMetaData m = r.getMetaData(); int n = 0;
    while (r.next()) { n++; if (n > 6) continue; out.append(" ("); for (int i = 1; i <= m.getColumnCount(); i++) { Object v = r.getObject(i); if (i > 1) out.append(','); out.append(v); } out.append(')'); }
    System.out.println(out + " #" + n); r.close();
  }
  interface Step { void run() throws Exception; }
  static void attempt(String title, Step step) { try { step.run(); } catch (Exception e) { System.out.println(title + " FAILED " + e.getClass().getSimpleName() + " " + e.getMessage()); } }
  public static void main(String[] args) throws Exception {
    Connection db = DriverManager.getConnection(args[0], "ann", "unused");
    Statement s = db.createStatement();
    s.execute("create type mood as enum ('sad', 'ok')");
    s.execute("create table every (id serial primary key, i2 int2, i8 int8, f4 float4, f8 float8, n numeric(20,5), b bool, t text, v varchar(10), c char(4), by bytea, d date, ti time, ts timestamp, tz timestamptz, u uuid, j jsonb, a int[], ta text[], m mood, iv interval)");
    s.execute("create table child (every_id int references every (id) on delete cascade, k int unique, constraint pair primary key (every_id, k))");
    s.execute("create view seen as select id, t from every");
    attempt("values", () -> {
      PreparedStatement p = db.prepareStatement("insert into every (i2,i8,f4,f8,n,b,t,v,c,by,d,ti,ts,tz,u,j,a,ta,m,iv) values (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?::jsonb,?,?,?::mood,?::interval)", Statement.RETURN_GENERATED_KEYS);
      for (int i = 0; i < 8; i++) {
        p.setShort(1, (short) -5); p.setLong(2, Long.MIN_VALUE); p.setFloat(3, 1.5f); p.setDouble(4, -1e300); p.setBigDecimal(5, new BigDecimal("-12345.67800")); p.setBoolean(6, true);
        p.setString(7, "Å'\\😀"); p.setString(8, "v"); p.setString(9, "ab"); p.setBytes(10, new byte[] {0, -1}); p.setObject(11, java.time.LocalDate.of(2024, 2, 29)); p.setObject(12, java.time.LocalTime.of(1, 2, 3, 456789000));
        p.setObject(13, java.time.LocalDateTime.of(2024, 2, 29, 1, 2, 3, 456789000)); p.setObject(14, java.time.OffsetDateTime.parse("2024-02-29T01:02:03.456789+02:00")); p.setObject(15, UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"));
        p.setString(16, "{\"k\": [1]}"); p.setArray(17, db.createArrayOf("int4", new Integer[] {1, null, 3})); p.setArray(18, db.createArrayOf("text", new String[] {"a", "b \"c\"", null})); p.setString(19, "ok"); p.setString(20, "1 mon");
        p.executeUpdate();
      }
      ResultSet k = p.getGeneratedKeys(); k.next(); System.out.println("key " + k.getInt("id"));
      p.close();
    });
    attempt("nulls", () -> { PreparedStatement p = db.prepareStatement("insert into every (i8, t, by, d) values (?, ?, ?, ?)"); p.setNull(1, Types.BIGINT); p.setNull(2, Types.VARCHAR); p.setNull(3, Types.BINARY); p.setNull(4, Types.DATE); p.executeUpdate(); });
    attempt("read", () -> {
      PreparedStatement p = db.prepareStatement("select i2,i8,f4,f8,n,b,t,v,c,by,d,ti,ts,tz,u,j,a,ta,m,iv from every where id = ?");
      String first = null;
      for (int i = 1; i <= 8; i++) { p.setInt(1, i); ResultSet r = p.executeQuery(); r.next(); StringBuilder o = new StringBuilder();
        o.append(r.getShort(1)).append('|').append(r.getLong(2)).append('|').append(r.getFloat(3)).append('|').append(r.getDouble(4)).append('|').append(r.getBigDecimal(5)).append('|').append(r.getBoolean(6)).append('|').append(r.getString(7)).append('|').append(r.getString(8)).append('|').append(r.getString(9)).append('|').append(Arrays.toString(r.getBytes(10))).append('|').append(r.getObject(11, java.time.LocalDate.class)).append('|').append(r.getObject(12, java.time.LocalTime.class)).append('|').append(r.getObject(13, java.time.LocalDateTime.class)).append('|').append(r.getObject(14, java.time.OffsetDateTime.class)).append('|').append(r.getObject(15)).append('|').append(r.getString(16)).append('|').append(Arrays.toString((Object[]) r.getArray(17).getArray())).append('|').append(Arrays.toString((Object[]) r.getArray(18).getArray())).append('|').append(r.getString(19)).append('|').append(r.getObject(20));
        if (first == null) { first = o.toString(); System.out.println(first); } else if (!first.equals(o.toString())) System.out.println("differs at " + i + ": " + o);
        r.close(); }
    });
    attempt("error", () -> { try { s.execute("insert into child values (99, 1)"); } catch (PSQLException e) { ServerErrorMessage m = e.getServerErrorMessage(); System.out.println(m.getSQLState() + " " + m.getSchema() + "." + m.getTable() + " " + m.getConstraint() + " | " + m.getDetail() + " | " + m.getSeverity()); } });
    attempt("position", () -> { try { s.execute("select nope from every"); } catch (PSQLException e) { ServerErrorMessage m = e.getServerErrorMessage(); System.out.println(m.getSQLState() + " " + m.getPosition()); } });
    attempt("cancel", () -> { Statement q = db.createStatement(); new Thread(() -> { try { Thread.sleep(200); q.cancel(); } catch (Exception e) {} }).start(); try { q.executeQuery("select n from generate_series(1, 100000000) n"); } catch (SQLException e) { System.out.println("cancelled " + e.getSQLState()); } });
    attempt("timeout", () -> { Statement q = db.createStatement(); q.setQueryTimeout(1); q.setFetchSize(1000); try { q.executeQuery("select n from generate_series(1, 100000000) n"); } catch (SQLException e) { System.out.println("timed out " + e.getSQLState()); } });
    attempt("copy", () -> { CopyManager c = ((PGConnection) db).getCopyAPI(); s.execute("create table lines (n int, t text)"); System.out.println("copied " + c.copyIn("copy lines from stdin (format csv)", new java.io.StringReader("1,a\n2,\"b, c\"\n"))); java.io.StringWriter w = new java.io.StringWriter(); c.copyOut("copy lines to stdout", w); System.out.println(w.toString().replace("\n", "/").replace("\t", ";")); });
    attempt("notify", () -> { s.execute("listen news"); s.execute("notify news, 'hi'"); PGNotification[] n = ((PGConnection) db).getNotifications(1000); System.out.println(n.length + n[0].getName() + n[0].getParameter()); });
    attempt("warnings", () -> { s.execute("drop table if exists nothing"); System.out.println(s.getWarnings().getMessage()); });
    attempt("cached plan", () -> { db.setAutoCommit(true); PreparedStatement p = db.prepareStatement("select * from lines"); for (int i = 0; i < 7; i++) p.executeQuery().close(); s.execute("alter table lines add column more int"); ResultSet r = p.executeQuery(); System.out.println("after ddl " + r.getMetaData().getColumnCount()); });
    attempt("cached plan in tx", () -> { PreparedStatement p = db.prepareStatement("select * from lines"); for (int i = 0; i < 7; i++) p.executeQuery().close(); s.execute("alter table lines add column again int"); db.setAutoCommit(false); try { p.executeQuery(); System.out.println("ok"); } catch (SQLException e) { System.out.println("in tx " + e.getSQLState() + " " + e.getMessage()); } db.rollback(); db.setAutoCommit(true); });
    attempt("scroll", () -> { Statement q = db.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE); ResultSet r = q.executeQuery("select id, t from every order by id"); r.absolute(3); r.updateString("t", "changed"); r.updateRow(); r.last(); System.out.println("scroll " + r.getRow()); r.moveToInsertRow(); r.updateString("t", "inserted"); r.insertRow(); });
    attempt("callable", () -> { CallableStatement c = db.prepareCall("{? = call mod(?, ?)}"); c.registerOutParameter(1, Types.INTEGER); c.setInt(2, 2); c.setInt(3, 3); c.execute(); System.out.println("called " + c.getInt(1)); });
    attempt("params", () -> { ParameterMetaData m = db.prepareStatement("select * from every where i8 = ? and t like ? and n > ?").getParameterMetaData(); System.out.println(m.getParameterTypeName(1) + m.getParameterTypeName(2) + m.getParameterTypeName(3)); });
    attempt("results", () -> { ResultSetMetaData m = db.prepareStatement("select id, n, v, i8 + 1 as x from every").getMetaData(); System.out.println(m.getTableName(1) + " " + m.isAutoIncrement(1) + " " + m.isNullable(1) + " " + m.getPrecision(2) + "," + m.getScale(2) + " " + m.getColumnDisplaySize(3) + " " + m.getColumnTypeName(4) + " " + m.getSchemaName(1)); });
    DatabaseMetaData m = db.getMetaData();
    attempt("schemas", () -> rows("schemas", m.getSchemas()));
    attempt("catalogs", () -> rows("catalogs", m.getCatalogs()));
    attempt("tabletypes", () -> rows("types", m.getTableTypes()));
    attempt("tables", () -> rows("tables", m.getTables(null, "public", "%", null)));
    attempt("columns", () -> rows("columns", m.getColumns(null, "public", "every", "%")));
    attempt("typeinfo", () -> { ResultSet r = m.getTypeInfo(); int n = 0; boolean has = false; while (r.next()) { n++; if (r.getString(1).equals("int4")) has = true; } System.out.println("typeinfo " + (n > 50) + has); });
    attempt("exported", () -> rows("exported", m.getExportedKeys(null, null, "every")));
    attempt("imported", () -> rows("imported", m.getImportedKeys(null, null, "child")));
    attempt("cross", () -> rows("cross", m.getCrossReference(null, null, "every", null, null, "child")));
    attempt("best", () -> rows("best", m.getBestRowIdentifier(null, null, "child", 0, false)));
    attempt("index", () -> { ResultSet r = m.getIndexInfo(null, null, "child", false, false); while (r.next()) System.out.println("index " + r.getString("INDEX_NAME") + " " + r.getString("COLUMN_NAME") + " " + r.getBoolean("NON_UNIQUE") + " " + r.getString("ASC_OR_DESC")); });
    attempt("pk", () -> rows("pk", m.getPrimaryKeys(null, null, "child")));
    attempt("functions", () -> rows("functions", m.getFunctions(null, "public", "%")));
    attempt("functioncolumns", () -> rows("functioncolumns", m.getFunctionColumns(null, "public", "plus", "%")));
    attempt("procedures", () -> rows("procedures", m.getProcedures(null, "public", "%")));
    attempt("privileges", () -> rows("privileges", m.getTablePrivileges(null, "public", "child")));
    attempt("colprivileges", () -> rows("colprivileges", m.getColumnPrivileges(null, "public", "child", "%")));
    attempt("udts", () -> rows("udts", m.getUDTs(null, "public", "%", null)));
    attempt("keywords", () -> System.out.println(m.getSQLKeywords().length() > 100));
    attempt("maxname", () -> System.out.println(m.getMaxColumnNameLength() + " " + m.getDefaultTransactionIsolation()));
    attempt("version cols", () -> rows("versioncols", m.getVersionColumns(null, null, "child")));
    attempt("isolation", () -> { db.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE); System.out.println(db.getTransactionIsolation()); db.setReadOnly(true); try { s.execute("delete from child"); System.out.println("deleted?"); } catch (SQLException e) { System.out.println("ro " + e.getSQLState()); } db.setReadOnly(false); System.out.println(db.getSchema() + db.isValid(1) + db.getCatalog()); });
    attempt("rewrite", () -> { Connection c = DriverManager.getConnection(args[0] + "&reWriteBatchedInserts=true&binaryTransfer=true&prepareThreshold=-1", "ann", "unused"); PreparedStatement p = c.prepareStatement("insert into lines (n, t) values (?, ?)"); for (int i = 0; i < 300; i++) { p.setInt(1, i); p.setString(2, "r" + i); p.addBatch(); } p.executeBatch(); ResultSet r = c.createStatement().executeQuery("select count(*) from lines"); r.next(); System.out.println("lines " + r.getLong(1)); c.close(); });
    attempt("autosave", () -> { Connection c = DriverManager.getConnection(args[0] + "&autosave=always", "ann", "unused"); c.setAutoCommit(false); Statement q = c.createStatement(); q.execute("insert into lines values (1000, 'kept')"); try { q.execute("select 1/0"); } catch (SQLException e) {} q.execute("insert into lines values (1001, 'kept')"); c.commit(); ResultSet r = q.executeQuery("select count(*) from lines where n >= 1000"); r.next(); System.out.println("kept " + r.getLong(1)); c.close(); });
    attempt("batch error", () -> { PreparedStatement p = db.prepareStatement("insert into child (every_id, k) values (?, ?)"); for (int i = 1; i <= 5; i++) { p.setInt(1, 1); p.setInt(2, i == 4 ? 1 : i); p.addBatch(); } try { p.executeBatch(); } catch (BatchUpdateException e) { System.out.println("batch " + e.getSQLState() + " " + Arrays.toString(e.getUpdateCounts())); } });
    db.close();
  }
}
