// Country names and continents for GeoIP databases that hold nothing but the country's code (DB-IP Lite and kin).
// Names come from the ICU data of Node; the table of continents follows GeoNames, with Russia in Europe as MaxMind
// has it, so that a change of database does not move countries.

// biome-ignore format: a table
const CONTINENTS: Readonly<Record<string, string>> = {
  AF: 'AC AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TA TD TG TN TZ UG YT ZA ZM ZW',
  AN: 'AQ BV GS HM TF',
  AS: 'AE AF AM AZ BD BH BN BT CC CN CX GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TM TR TW UZ VN YE',
  EU: 'AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK',
  NA: 'AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX NI PA PM PR SV SX TC TT US VC VG VI',
  OC: 'AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TL TO TV UM VU WF WS',
  SA: 'AR BO BR CL CO EC FK GF GY PE PY SR UY VE',
};

const CONTINENT_OF = new Map<string, string>();
for (const [continent, countries] of Object.entries(CONTINENTS)) {
  for (const country of countries.split(' ')) CONTINENT_OF.set(country, continent);
}

/** Made when first asked for: it takes 12 ms, and most databases hold the names. */
let englishNames: Intl.DisplayNames | undefined;

/** Two letters of the continent of an ISO 3166-1 alpha-2 code; undefined for codes of no country. */
export function continentOf(countryIsoCode: string): string | undefined {
  return CONTINENT_OF.get(countryIsoCode);
}

/** English name of a country; undefined for codes of no country. */
export function countryNameOf(countryIsoCode: string): string | undefined {
  if (!CONTINENT_OF.has(countryIsoCode)) return undefined;
  englishNames ??= new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
  return englishNames.of(countryIsoCode)?.replace(' SAR China', '');
}
