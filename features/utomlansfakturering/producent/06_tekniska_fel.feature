# language: sv
@FBC-1.1
Egenskap: Tekniska fel besvaras med SOAP Fault utan inre detaljer

  @FBC-SVAR-FAULT
  Scenariomall: Ett anrop med <fel> besvaras med SOAP Fault
    Givet ett anrop med felet "<fel>"
    När anropet skickas
    Så besvaras det med SOAP Fault

    Exempel:
      | fel                       |
      | avklippt XML              |
      | sluttagg som inte passar  |
      | tecken som inte är UTF-8  |
      | odefinierad entitet       |

  @FBC-SVAR-FAULT
  Scenario: Ett okänt anrop i kontraktets namnrymd tas inte emot
    Givet ett anrop med felet "okänt anrop i kontraktets namnrymd"
    När anropet skickas
    Så besvaras det med SOAP Fault eller ERROR

  @FBC-SVAR-SEKRETESS
  Scenariomall: Felet för <fel> röjer ingenting
    Givet ett anrop med felet "<fel>"
    När anropet skickas
    Så visar felet varken stackspårning eller personuppgifter

    Exempel:
      | fel                      |
      | avklippt XML             |
      | sluttagg som inte passar |
      | odefinierad entitet      |
