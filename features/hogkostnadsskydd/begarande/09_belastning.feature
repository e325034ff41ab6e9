# language: sv
@FPE-1.0 @belastning
Egenskap: Systemet klarar kontraktets belastning

  @FPE-SLA-SAMTIDIGA
  Scenario: Tio samtidiga utlämnanden får var sitt svar
    Givet 10 utlämnanden, vartannat giltigt och vartannat med ett eget fel
    När alla skickas samtidigt
    Så får var och en sitt eget svar enligt FPE-SLA-SAMTIDIGA

  @FPE-SLA-SVARSTID
  Scenario: Av 50 utlämnanden besvaras 98 % inom en sekund
    Givet 50 utlämnanden på samma begäran
    När de skickas i takten 10 per sekund
    Så får var och en sitt eget svar enligt FPE-SLA-SVARSTID
    Och besvaras minst 98 % inom 1 sekund enligt FPE-SLA-SVARSTID
