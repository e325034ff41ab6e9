# language: sv
@FPE-1.0 @vantan
Egenskap: Ett utlämnande sänds om tills det har besvarats, och sedan aldrig mer
  Väntan på omsändning börjar före det första scenariot och pågår vid sidan av de andra.

  @FPE-OMSANDNING
  Scenariomall: Ett utlämnande som besvaras <hur> sänds om, oförändrat
    Givet ett utlämnande vars första försök besvaras <hur>
    När systemet har haft tid att sända om
    Så sänds samma meddelande igen, oförändrat, enligt FPE-OMSANDNING

    Exempel:
      | hur                       |
      | med SOAP Fault            |
      | med VP009                 |
      | med en bruten förbindelse |

  @FPE-OMSANDNING-PAUS
  Scenario: Efter SOAP Fault väntar systemet innan det sänder om
    Givet ett utlämnande vars första försök besvaras med SOAP Fault
    När systemet har haft tid att sända om
    Så går det minst den angivna pausen emellan enligt FPE-OMSANDNING-PAUS

  @FPE-OMSANDNING-ALDRIG
  Scenariomall: Ett utlämnande som besvaras med <kod> sänds inte om
    Givet ett utlämnande vars första försök besvaras med <kod>
    När systemet har haft tid att sända om, fast det inte ska
    Så sänds det inte om enligt FPE-OMSANDNING-ALDRIG

    Exempel:
      | kod   |
      | OK    |
      | INFO  |
      | ERROR |

  @FPE-SVAR-LASES
  Scenariomall: Ett utlämnande som besvaras med OK <hur> sänds inte om
    Givet ett utlämnande vars första försök besvaras med OK <hur>
    När systemet har haft tid att sända om, fast det inte ska
    Så sänds det inte om enligt FPE-SVAR-LASES

    Exempel:
      | hur                                    |
      | med andra prefix                       |
      | med standardnamnrymd                   |
      | med kommentarer                        |
      | med CDATA                              |
      | med BOM                                |
      | utan XML-deklaration                   |
      | med XML-deklaration utan teckenkodning |
      | bitvis (chunked)                       |
      | efter en stund                         |
      | med okänd SOAP Header                  |

  @FPE-SVAR-LASES
  Scenario: En SOAP Fault på svenska med egna detaljer är en SOAP Fault
    Givet ett utlämnande vars första försök besvaras med SOAP Fault på svenska
    När systemet har haft tid att sända om
    Så sänds samma meddelande igen, oförändrat, enligt FPE-SVAR-LASES
