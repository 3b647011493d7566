//! What columns are called, and how types and units are spelled in other programs' files: in English, German, French,
//! Dutch and Spanish.

use crate::consumption::{ConsumptionType, Unit};
use crate::csv::titles::{Title, plain};

use super::Means;

/// Titles without accents, spaces and signs, and without the words for types and units.
const TITLES: &[(Means, &[&str])] = &[
    (
        Means::Amount,
        &[
            "amount",
            "value",
            "usage",
            "usagevalue",
            "consumption",
            "energyconsumption",
            "energyusage",
            "energyused",
            "used",
            "quantity",
            "volume",
            "energy",
            "delta",
            "meteredusage",
            "import",
            "imported",
            "verbrauch",
            "verbrauchswert",
            "menge",
            "wert",
            "messwert",
            "energie",
            "energiemenge",
            "bezug",
            "consommation",
            "quantite",
            "valeur",
            "energieconsommee",
            "conso",
            "verbruik",
            "hoeveelheid",
            "waarde",
            "afname",
            "consumo",
            "cantidad",
            "valor",
            "energia",
        ],
    ),
    (
        Means::Reading,
        &[
            "reading",
            "meterreading",
            "readingvalue",
            "register",
            "registervalue",
            "registerreading",
            "meterregister",
            "counter",
            "counterreading",
            "countervalue",
            "cumulative",
            "cumulativereading",
            "totalreading",
            "zahlerstand",
            "zaehlerstand",
            "stand",
            "ablesewert",
            "releve",
            "relevecompteur",
            "indexcompteur",
            "valeurindex",
            "meterstand",
            "tellerstand",
            "lectura",
            "lecturacontador",
            "index",
        ],
    ),
    (
        Means::Date,
        &[
            "date",
            "day",
            "consumptiondate",
            "usagedate",
            "readingdate",
            "billdate",
            "datum",
            "tag",
            "verbrauchsdatum",
            "ablesedatum",
            "jour",
            "datereleve",
            "dag",
            "fecha",
            "dia",
            "fechalectura",
        ],
    ),
    (Means::Time, &["time", "hour", "timeday", "uhrzeit", "zeit", "stunde", "heure", "tijd", "uur", "hora"]),
    (
        Means::Start,
        &[
            "start",
            "from",
            "begin",
            "beginning",
            "timestamp",
            "datetime",
            "dateandtime",
            "datetimelocal",
            "localtime",
            "startat",
            "startedat",
            "starttime",
            "startdate",
            "startdatetime",
            "starttimestamp",
            "intervalstart",
            "intervalbegin",
            "intervalstartdatetime",
            "intervalstarttime",
            "periodstart",
            "readat",
            "readingtime",
            "readingdatetime",
            "measuredat",
            "von",
            "ab",
            "beginn",
            "startzeit",
            "startdatum",
            "zeitstempel",
            "zeitpunkt",
            "datumuhrzeit",
            "datumzeit",
            "datumundzeit",
            "datumunduhrzeit",
            "messzeitpunkt",
            "ablesezeitpunkt",
            "zeitstempelvon",
            "datumvon",
            "zeitvon",
            "debut",
            "datedebut",
            "dateheure",
            "dateetheure",
            "horodatage",
            "horodate",
            "depuis",
            "van",
            "vanaf",
            "begintijd",
            "startdatum",
            "startijd",
            "starttijd",
            "datumtijd",
            "tijdstip",
            "tijdstempel",
            "inicio",
            "desde",
            "fechahora",
            "fechayhora",
            "fechainicio",
        ],
    ),
    (
        Means::End,
        &[
            "end",
            "to",
            "until",
            "till",
            "endat",
            "endedat",
            "endtime",
            "enddate",
            "enddatetime",
            "endtimestamp",
            "intervalend",
            "intervalenddatetime",
            "intervalendtime",
            "periodend",
            "bis",
            "ende",
            "endzeit",
            "enddatum",
            "zeitstempelbis",
            "datumbis",
            "zeitbis",
            "fin",
            "datefin",
            "jusqua",
            "tot",
            "einde",
            "eindtijd",
            "einddatum",
            "hasta",
            "fechafin",
        ],
    ),
    (
        Means::Unit,
        &["unit", "units", "uom", "unitmeasure", "einheit", "masseinheit", "unite", "eenheid", "unidad"],
    ),
    (
        Means::ConsumptionType,
        &[
            "type",
            "consumptiontype",
            "metertype",
            "energytype",
            "utility",
            "utilitytype",
            "commodity",
            "fuel",
            "fueltype",
            "typ",
            "art",
            "verbrauchsart",
            "energieart",
            "energietrager",
            "energietraeger",
            "medium",
            "sparte",
            "typeenergie",
            "soort",
            "energiesoort",
            "tipo",
        ],
    ),
    (
        Means::Meter,
        &[
            "meter",
            "meterid",
            "metername",
            "meternumber",
            "meterno",
            "meterserial",
            "meterserialnumber",
            "serialnumber",
            "serial",
            "mpan",
            "mprn",
            "nmi",
            "usagepoint",
            "zahler",
            "zaehler",
            "zahlernummer",
            "zaehlernummer",
            "zahlernr",
            "zaehlernr",
            "zahlerid",
            "zaehlerid",
            "zahlername",
            "zaehlername",
            "zahlpunkt",
            "zaehlpunkt",
            "zahlpunktbezeichnung",
            "zaehlpunktbezeichnung",
            "messlokation",
            "compteur",
            "numerocompteur",
            "pdl",
            "prm",
            "meternummer",
            "meternaam",
            "eancode",
            "ean",
            "contador",
            "numerocontador",
            "cups",
        ],
    ),
    (
        Means::Description,
        &[
            "description",
            "note",
            "notes",
            "comment",
            "comments",
            "remark",
            "remarks",
            "label",
            "beschreibung",
            "bemerkung",
            "kommentar",
            "notiz",
            "commentaire",
            "remarque",
            "opmerking",
            "omschrijving",
            "comentario",
            "descripcion",
            "nota",
        ],
    ),
    (Means::Id, &["id", "recordid", "consumptionid", "uuid"]),
    (Means::Estimated, &["estimated"]),
];

/// What the first letters of a word say of its type: `Stromverbrauch`, `Gaszähler`, `electricity`.
const TYPES: &[(ConsumptionType, &[&str])] = &[
    (ConsumptionType::Electricity, &["electric", "elektri", "strom", "stroom", "elec"]),
    (ConsumptionType::Water, &["water", "wasser", "eau", "agua", "kaltwasser", "trinkwasser", "drinkwater"]),
    (ConsumptionType::Gas, &["gas", "erdgas", "aardgas", "gaz", "naturalgas"]),
];

/// Words that are a type and nothing more.
const WHOLE_TYPES: &[&str] = &[
    "electricity",
    "electric",
    "electrical",
    "elec",
    "elektrizitat",
    "elektrisch",
    "elektriciteit",
    "electricite",
    "electricidad",
    "strom",
    "stroom",
    "water",
    "wasser",
    "eau",
    "agua",
    "kaltwasser",
    "trinkwasser",
    "drinkwater",
    "gas",
    "erdgas",
    "aardgas",
    "gaz",
    "natural",
    "naturalgas",
];

/// Words that make no difference.
const PARTICLES: &[&str] = &["d", "de", "del", "des", "du", "of", "the"];

const UNITS: &[(Unit, &[&str])] = &[
    (Unit::Wh, &["wh", "watthour", "watthours", "wattstunden"]),
    (Unit::KWh, &["kwh", "kilowatthour", "kilowatthours", "kilowattstunden", "kwhs"]),
    (Unit::MWh, &["mwh", "megawatthour", "megawatthours", "megawattstunden"]),
    (Unit::L, &["l", "liter", "liters", "litre", "litres", "ltr", "litro", "litros"]),
    (
        Unit::M3,
        &["m3", "cbm", "kubikmeter", "cubicmeter", "cubicmeters", "cubicmetre", "cubicmetres", "metrescubes"],
    ),
    (Unit::Gal, &["gal", "gallon", "gallons", "usgal", "usgallons"]),
    (Unit::Ft3, &["ft3", "cf", "cuft", "cubicfeet", "cubicfoot"]),
    (Unit::Ccf, &["ccf", "hcf", "100cf", "100cuft", "100ft3"]),
    (Unit::Therm, &["therm", "therms", "thm"]),
];

/// What is said in brackets of money.
const MONEY: &[&str] =
    &["€", "$", "£", "¥", "eur", "usd", "gbp", "chf", "ct", "cent", "cents", "p", "euro", "dollars"];

/// What a title tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Of what the column tells.
    pub means: Means,
    /// The type in it: `Gas usage`.
    pub consumption_type: Option<ConsumptionType>,
    /// The unit in it: `Usage (kWh)`.
    pub unit: Option<Unit>,
}

/// What a title tells, if it is one that is known.
#[must_use]
pub fn title(text: &str) -> Option<Known> {
    let Title { mut words, in_brackets } = Title::read(text);
    let mut known_unit = in_brackets.as_deref().and_then(unit);
    if in_brackets.as_deref().is_some_and(|text| MONEY.contains(&plain(text).as_str())) {
        return None;
    }
    // Usage kWh, consumption in m3.
    if let Some(found) = words.last().and_then(|word| unit(word)).filter(|_| known_unit.is_none()) {
        known_unit = Some(found);
        words.pop();
        if words.last().is_some_and(|word| ["in", "en"].contains(&word.as_str())) {
            words.pop();
        }
    }
    let mut known_type = consumption_type(&words.join(" "));
    let counts = |word: &&str| !WHOLE_TYPES.contains(word) && !PARTICLES.contains(word);
    let rest: String = words.iter().map(String::as_str).filter(counts).collect();
    let mut means = named(&rest);
    if means.is_none() {
        // Stromverbrauch
        let parts = TYPES.iter().flat_map(|(what, words)| words.iter().map(|word| (*what, *word)));
        let tail = parts.filter_map(|(what, word)| Some((what, named(rest.strip_prefix(word)?)?))).next();
        if let Some((what, found)) = tail {
            (known_type, means) = (Some(what), Some(found));
        }
    }
    // Strom (kWh), kWh
    if rest.is_empty() && known_unit.is_some() {
        means = Some(Means::Amount);
    }
    let means = means?;
    if !matches!(means, Means::Amount | Means::Reading) {
        known_unit = None;
    }
    Some(Known { means, consumption_type: known_type, unit: known_unit })
}

fn named(title: &str) -> Option<Means> {
    TITLES.iter().find(|(_, names)| names.contains(&title)).map(|(means, _)| *means)
}

/// The type that a text names: `Electric usage`, `Strom`, `gas`. Nothing where it names none, or two.
#[must_use]
pub fn consumption_type(text: &str) -> Option<ConsumptionType> {
    let text = plain(text);
    let mut found = None;
    for word in text.split(|letter: char| !letter.is_alphanumeric()) {
        let of_word = TYPES.iter().find(|(_, starts)| starts.iter().any(|start| word.starts_with(start)));
        let Some((what, _)) = of_word else { continue };
        if found.is_some_and(|before| before != *what) {
            return None;
        }
        found = Some(*what);
    }
    found
}

/// The unit that a text spells. Case does not matter, but that mWh would be a thousandth of a Wh.
#[must_use]
pub fn unit(text: &str) -> Option<Unit> {
    let text = text.trim();
    if text == "mWh" {
        return None;
    }
    Unit::named(text).or_else(|| {
        let spelled: String = plain(text).chars().filter(|letter| letter.is_alphanumeric()).collect();
        UNITS.iter().find(|(_, names)| names.contains(&spelled.as_str())).map(|(unit, _)| *unit)
    })
}

/// The type of what is measured in a unit, where there is but one.
#[must_use]
pub fn type_of(unit: Unit) -> Option<ConsumptionType> {
    let mut types = ConsumptionType::ALL.into_iter().filter(|what| what.units().contains(&unit));
    match (types.next(), types.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_known() {
        use ConsumptionType::{Electricity, Gas, Water};
        for (text, means, what, of_unit) in [
            ("amount", Means::Amount, None, None),
            ("Usage (kWh)", Means::Amount, None, Some(Unit::KWh)),
            ("usage_kwh", Means::Amount, None, Some(Unit::KWh)),
            ("USAGE", Means::Amount, None, None),
            ("kWh", Means::Amount, None, Some(Unit::KWh)),
            ("Strom [kWh]", Means::Amount, Some(Electricity), Some(Unit::KWh)),
            ("Stromverbrauch in kWh", Means::Amount, Some(Electricity), Some(Unit::KWh)),
            ("Wasserverbrauch (m³)", Means::Amount, Some(Water), Some(Unit::M3)),
            ("Natural gas usage (therms)", Means::Amount, Some(Gas), Some(Unit::Therm)),
            ("Consommation d'eau (L)", Means::Amount, Some(Water), Some(Unit::L)),
            ("Date de relève", Means::Date, None, None),
            ("Numéro de compteur", Means::Meter, None, None),
            ("Consommation (Wh)", Means::Amount, None, Some(Unit::Wh)),
            ("Verbruik gas m3", Means::Amount, Some(Gas), Some(Unit::M3)),
            ("consumption_type", Means::ConsumptionType, None, None),
            ("consumption_date", Means::Date, None, None),
            ("Consumption (kWh)", Means::Amount, None, Some(Unit::KWh)),
            ("Datum", Means::Date, None, None),
            ("Start Time", Means::Start, None, None),
            ("interval-start", Means::Start, None, None),
            ("Date & time", Means::Start, None, None),
            ("Datum/Uhrzeit", Means::Start, None, None),
            ("bis", Means::End, None, None),
            ("Zählerstand (kWh)", Means::Reading, None, Some(Unit::KWh)),
            ("Gaszählerstand", Means::Reading, Some(Gas), None),
            ("Meter Reading", Means::Reading, None, None),
            ("Zählernummer", Means::Meter, None, None),
            ("Meter ID", Means::Meter, None, None),
            ("Gas meter", Means::Meter, Some(Gas), None),
            ("Units", Means::Unit, None, None),
            ("ID", Means::Id, None, None),
            ("estimated", Means::Estimated, None, None),
        ] {
            assert_eq!(title(text), Some(Known { means, consumption_type: what, unit: of_unit }), "{text}");
        }
        for text in
            ["", "Cost", "Cost (£)", "Value (EUR)", "Energy Supply Cost", "Export (kWh) to grid", "Gas", "42"]
        {
            assert_eq!(title(text), None, "{text}");
        }
    }

    #[test]
    fn a_title_means_one_thing() {
        let mut seen = std::collections::HashMap::new();
        for (means, names) in TITLES {
            for name in *names {
                let before = seen.insert(*name, *means);
                assert!(before.is_none_or(|before| before == *means), "{name}");
                assert_eq!(Title::read(name).joined(), *name);
            }
        }
        let units: Vec<&str> = UNITS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(units.iter().collect::<std::collections::HashSet<_>>().len(), units.len());
    }

    #[test]
    fn types_and_units_are_spelled_in_many_ways() {
        for (text, what) in [
            ("electricity", Some(ConsumptionType::Electricity)),
            ("Electric usage", Some(ConsumptionType::Electricity)),
            ("STROM", Some(ConsumptionType::Electricity)),
            ("Natural gas usage", Some(ConsumptionType::Gas)),
            ("Eau froide", Some(ConsumptionType::Water)),
            ("gas and water", None),
            ("heat", None),
            ("", None),
        ] {
            assert_eq!(consumption_type(text), what, "{text}");
        }
        for (text, found) in [
            ("kWh", Some(Unit::KWh)),
            ("KWH", Some(Unit::KWh)),
            ("MWh", Some(Unit::MWh)),
            ("mwh", Some(Unit::MWh)),
            ("mWh", None),
            ("m³", Some(Unit::M3)),
            ("m^3", Some(Unit::M3)),
            ("cu. ft.", Some(Unit::Ft3)),
            ("Liter", Some(Unit::L)),
            ("kW", None),
            ("", None),
        ] {
            assert_eq!(unit(text), found, "{text}");
        }
        assert_eq!(type_of(Unit::L), Some(ConsumptionType::Water));
        assert_eq!(type_of(Unit::Therm), Some(ConsumptionType::Gas));
        assert_eq!(type_of(Unit::KWh), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,30}") {
            let _ = (title(&text), unit(&text), consumption_type(&text));
        }
    }
}
