# language: sv
@FPE-1.0 @vantan
Egenskap: En begäran sänds om tills den har besvarats
  Väntan på omsändning börjar före det första scenariot och pågår vid sidan av de andra.

  @FPE-OMSANDNING
  Scenariomall: En begäran som besvaras <hur> sänds om, oförändrad
    Givet en begäran vars första försök besvaras <hur>
    När systemet har haft tid att sända om
    Så sänds samma meddelande igen, oförändrat, enligt FPE-OMSANDNING

    Exempel:
      | hur                       |
      | med SOAP Fault            |
      | med VP009                 |
      | med en bruten förbindelse |

  @FPE-OMSANDNING-PAUS
  Scenario: Efter SOAP Fault väntar systemet innan det sänder om
    Givet en begäran vars första försök besvaras med SOAP Fault
    När systemet har haft tid att sända om
    Så går det minst den angivna pausen emellan enligt FPE-OMSANDNING-PAUS

  @FPE-SVAR-LASES
  Scenario: En SOAP Fault på svenska med egna detaljer är en SOAP Fault
    Givet en begäran vars första försök besvaras med SOAP Fault på svenska
    När systemet har haft tid att sända om
    Så sänds samma meddelande igen, oförändrat, enligt FPE-SVAR-LASES
