# language: sv
@FBC-1.1 @belastning
Egenskap: Systemet klarar kontraktets belastning

  @FBC-SLA-SAMTIDIGA @FBC-SVAR-RATT-SVAR
  Scenario: Tio samtidiga anrop får var sitt svar
    Givet 10 fakturaunderlag, vartannat giltigt och vartannat med ett eget fel
    När alla skickas samtidigt
    Så får var och en sitt eget svar enligt FBC-SLA-SAMTIDIGA
    Och tar inget svar längre tid än 3 sekunder enligt FBC-SLA-SAMTIDIGA

  @FBC-SLA-TAKT
  Scenario: Tio anrop per sekund under fem sekunder besvaras i tid
    Givet 50 giltiga fakturaunderlag
    När de skickas i takten 10 per sekund
    Så får var och en sitt eget svar enligt FBC-SLA-TAKT
    Och tar inget svar längre tid än 3 sekunder enligt FBC-SLA-TAKT

  Scenariomall: Ett underlag på knappt <MB> MB besvaras inom <sekunder> sekunder
    Givet ett giltigt fakturaunderlag på knappt <MB> MB
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med OK enligt <krav>
    Och tar svaret mindre än <sekunder> sekunder enligt <krav>

    Exempel:
      | MB | sekunder | krav        |
      | 1  | 3        | FBC-SLA-1MB |
      | 2  | 6        | FBC-SLA-2MB |
      | 3  | 9        | FBC-SLA-3MB |
      | 5  | 15       | FBC-SLA-5MB |
