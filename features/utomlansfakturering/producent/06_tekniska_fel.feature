# language: sv
@FBC-1.1
Egenskap: Tekniska fel besvaras med SOAP Fault utan inre detaljer

  @FBC-SVAR-FAULT
  Scenariomall: Ett anrop med <fel> besvaras med SOAP Fault
    Givet ett anrop med felet "<fel>"
    När anropet skickas
    Så besvaras det med SOAP Fault

    Exempel:
      | fel                                |
      | avklippt XML                       |
      | sluttagg som inte passar           |
      | tecken som inte är UTF-8           |
      | odefinierad entitet                |
      | okänt anrop i kontraktets namnrymd |

  @FBC-SVAR-SEKRETESS
  Scenariomall: Felet för <fel> röjer ingenting
    Givet ett anrop med felet "<fel>"
    När anropet skickas
    Så visar felet varken stackspårning eller personuppgifter

    Exempel:
      | fel                                |
      | avklippt XML                       |
      | sluttagg som inte passar           |
      | okänt anrop i kontraktets namnrymd |
