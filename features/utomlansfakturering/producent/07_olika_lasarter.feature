# language: sv
@FBC-1.1
Egenskap: Där beskrivningen och Schematronfilen skiljer sig godtas båda läsarterna
  Meddelandena är giltiga enligt den utgivna Schematronfilen. Ett system som följer beskrivningens
  ord och avvisar dem underkänns inte; det redovisas som en observation.

  Scenariomall: <krav>: ett underlag där <skillnad>
    Givet ett fakturaunderlag där <skillnad>
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK, eller med ERROR enligt beskrivningens ordalydelse där <skillnad>

    Exempel:
      | krav    | skillnad                                                        |
      | FBC-R1  | ett element innehåller enbart blanktecken                       |
      | FBC-R20 | faktureringsperioden börjar före men slutar efter dokumentdatum |
      | FBC-R31 | sluten vård inom verksamhetsområde 901 saknar huvuddiagnos      |
      | FBC-R37 | id har rätt längd och inledning men inget organisationsnummer   |
      | FBC-R43 | radernas lineId är unika men inte stigande                      |
