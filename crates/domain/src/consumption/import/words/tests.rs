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
