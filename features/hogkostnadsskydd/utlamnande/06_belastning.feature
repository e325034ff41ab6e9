# language: sv
@FPE-1.0 @belastning
Egenskap: Systemet klarar kontraktets belastning

  @FPE-SLA-SAMTIDIGA
  Scenario: Tio samtidiga begäran får var sitt svar
    Givet 10 begäran, varannan giltig och varannan mot schemat
    När alla skickas samtidigt
    Så får var och en sitt eget svar enligt FPE-SLA-SAMTIDIGA

  @FPE-SLA-SVARSTID
  Scenario: Av 50 begäran besvaras 98 % inom en sekund
    Givet 50 begäran
    När de skickas i takten 10 per sekund
    Så får var och en sitt eget svar enligt FPE-SLA-SVARSTID
    Och besvaras minst 98 % inom 1 sekund enligt FPE-SLA-SVARSTID
