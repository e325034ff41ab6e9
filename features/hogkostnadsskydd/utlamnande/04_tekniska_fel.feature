# language: sv
@FPE-1.0
Egenskap: Tekniska fel besvaras med SOAP Fault utan personuppgifter

  @FPE-FAULT
  Scenariomall: Ett anrop med <fel> besvaras med SOAP Fault
    Givet ett anrop med felet "<fel>"
    När anropet skickas
    Så besvaras det med SOAP Fault

    Exempel:
      | fel                      |
      | avklippt XML             |
      | sluttagg som inte passar |
      | tecken som inte är UTF-8 |
      | odefinierad entitet      |

  @FPE-FAULT
  Scenario: Ett okänt anrop i kontraktets namnrymd tas inte emot
    Givet ett anrop med felet "okänt anrop i kontraktets namnrymd"
    När anropet skickas
    Så besvaras det med SOAP Fault

  @FPE-FAULT-SEKRETESS
  Scenariomall: Felet för <fel> röjer inga personuppgifter
    Givet ett anrop med felet "<fel>"
    När anropet skickas
    Så visar felet inga personuppgifter

    Exempel:
      | fel                      |
      | avklippt XML             |
      | sluttagg som inte passar |
      | odefinierad entitet      |

  @FPE-FAULT-LOGGID
  Scenario: Felet har ett logg-id
    Givet ett anrop med felet "avklippt XML"
    När anropet skickas
    Så har felet ett logg-id enligt FPE-FAULT-LOGGID
