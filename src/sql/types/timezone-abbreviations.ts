/**
 * Abbreviations of time zones, as input knows them: PostgreSQL's set "Default". An abbreviation is a fixed offset, or that
 * of a zone at the time meant, where the meaning changed in the course of time.
 */

import { SECONDS_PER_DAY } from './datetime-calendar.ts'
import { findTimeZone, type TimeZone } from './timezone.ts'

/** `name:minutes east` with `d` for daylight saving time; `name=zone` where it depends on the date. */
const DEFAULT_SET =
  'acdt:630d acsst:630d acst:570 act:-300 acwst:525 adt:-180d aedt:660d aesst:660d aest:600 aft:270 ' +
  'akdt:-480d akst:-540 almst:420d almt:360 amst=Asia/Yerevan amt:-240 anast=Asia/Anadyr ' +
  'anat=Asia/Anadyr arst=America/Argentina/Buenos_Aires art=America/Argentina/Buenos_Aires ast:-240 ' +
  'awsst:540d awst:480 azost:0d azot:-60 azst=Asia/Baku azt=Asia/Baku bdst:120d bdt:360 bnt:480 ' +
  'bort:480 bot:-240 bra:-180 brst:-120d brt:-180 bst:60d btt:360 cadt:630d cast:570 cct:480 cdt:-300d ' +
  'cest:120d cet:60 cetdst:120d chadt:825d chast:765 chut:600 ckt=Pacific/Rarotonga clst:-180d ' +
  'clt=America/Santiago cot:-300 cst:-360 cxt:420 davt=Antarctica/Davis ddut:600 easst=Pacific/Easter ' +
  'east=Pacific/Easter eat:180 edt:-240d eest:180d eet:120 eetdst:180d egst:0d egt:-60 est:-300 ' +
  'fet:180 fjst:780d fjt:720 fkst=Atlantic/Stanley fkt=Atlantic/Stanley fnst:-60d fnt:-120 galt:-360 ' +
  'gamt:-540 gest=Asia/Tbilisi get=Asia/Tbilisi gft:-180 gilt:720 gmt:0 gyt=America/Guyana hkt:480 ' +
  'hst:-600 ict:420 idt:180d iot=Indian/Chagos irkst=Asia/Irkutsk irkt=Asia/Irkutsk irt:210 ist:120 ' +
  'jayt:540 jst:540 kdt:600d kgst:360d kgt=Asia/Bishkek kost=Pacific/Kosrae krast=Asia/Krasnoyarsk ' +
  'krat=Asia/Krasnoyarsk kst:540 lhdt=Australia/Lord_Howe lhst:630 ligt:600 lint=Pacific/Kiritimati ' +
  'lkt=Asia/Colombo magst=Asia/Magadan magt=Asia/Magadan mart:-570 mawt=Antarctica/Mawson mdt:-360d ' +
  'mest:120d mesz:120d met:60 metdst:120d mez:60 mht:720 mmt:390 mpt:600 msd:240d msk=Europe/Moscow ' +
  'mst:-420 must:300d mut:240 mvt:300 myt:480 ndt:-150d nft:-210 novst=Asia/Novosibirsk ' +
  'novt=Asia/Novosibirsk npt:345 nst:-210 nut=Pacific/Niue nzdt:780d nzst:720 nzt:720 omsst=Asia/Omsk ' +
  'omst=Asia/Omsk pdt:-420d pet:-300 petst=Asia/Kamchatka pett=Asia/Kamchatka pgt:600 pht:480 ' +
  'pkst:360d pkt:300 pmdt:-120d pmst:-180 pont:660 pst:-480 pwt:540 pyst:-180d pyt=America/Asuncion ' +
  'ret:240 sadt:630d sast:120 sct:240 sgt=Asia/Singapore taht:-600 tft:300 tjt:300 tkt=Pacific/Fakaofo ' +
  'tmt=Asia/Ashgabat tot:780 trut:600 tvt:720 uct:0 ulast:540d ulat=Asia/Ulaanbaatar ut:0 utc:0 ' +
  'uyst:-120d uyt:-180 uzst:360d uzt:300 vet=America/Caracas vlast=Asia/Vladivostok ' +
  'vlat=Asia/Vladivostok volt=Europe/Volgograd vut:660 wadt:480d wakt:720 wast:420 wat:60 wdt:540d ' +
  'wet:0 wetdst:60d wft:720 wgst:-120d wgt:-180 xjt:360 yakst=Asia/Yakutsk yakt=Asia/Yakutsk yapt:600 ' +
  'yekst:360d yekt=Asia/Yekaterinburg z:0 zulu:0'
export interface TimeZoneAbbreviation {
  readonly name: string
  /** Seconds east; undefined: ask the zone. */
  readonly offset: number | undefined
  readonly isDaylight: boolean
  readonly zone: string | undefined
}

let byName: Map<string, TimeZoneAbbreviation> | undefined
function defaultSet(): Map<string, TimeZoneAbbreviation> {
  if (byName !== undefined) return byName
  byName = new Map()
  for (const entry of DEFAULT_SET.split(' ')) {
    const equals = entry.indexOf('=')
    if (equals > 0) {
      const name = entry.slice(0, equals)
      // "…st" names of these are summer times where a name without the s exists: FKST and FKT.
      const isDaylight = /.{2}st$/.test(name) && DEFAULT_SET.includes(`${name.slice(0, -2)}t=`)
      byName.set(name, { name, offset: undefined, isDaylight, zone: entry.slice(equals + 1) })
      continue
    }
    const [name, minutes] = entry.split(':') as [string, string]
    byName.set(name, {
      name,
      offset: Number.parseInt(minutes, 10) * 60,
      isDaylight: minutes.endsWith('d'),
      zone: undefined,
    })
  }
  return byName
}

/** In lower case. The session's zone's own abbreviations go first: IST is India's in Asia/Kolkata. */
export function findAbbreviation(name: string, session: TimeZone): TimeZoneAbbreviation | undefined {
  return sessionAbbreviations(session).get(name) ?? defaultSet().get(name)
}

const ofZone = new WeakMap<TimeZone, Map<string, TimeZoneAbbreviation>>()
function sessionAbbreviations(zone: TimeZone): Map<string, TimeZoneAbbreviation> {
  const kept = ofZone.get(zone)
  if (kept !== undefined) return kept
  const found = new Map<string, TimeZoneAbbreviation>()
  // January and July of 2025: enough for the names that are in use.
  for (const days of [9132, 9313]) {
    const seconds = days * SECONDS_PER_DAY
    const name = zone.abbreviationAt(seconds).toLowerCase()
    if (/^[a-z]+$/.test(name) && !found.has(name)) {
      found.set(name, { name, offset: zone.offsetAt(seconds), isDaylight: false, zone: undefined })
    }
  }
  ofZone.set(zone, found)
  return found
}

/** The offset that an abbreviation means at a local time. */
export function offsetOfAbbreviation(abbreviation: TimeZoneAbbreviation, localSeconds: number): number {
  if (abbreviation.offset !== undefined) return abbreviation.offset
  const zone = findTimeZone(abbreviation.zone!)
  if (zone === undefined) return 0
  const around = zone.offsetsAround(localSeconds - zone.offsetOfLocal(localSeconds))
  return abbreviation.isDaylight ? Math.max(...around) : Math.min(...around)
}
