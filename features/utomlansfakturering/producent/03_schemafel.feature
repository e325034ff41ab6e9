# language: sv
@FBC-1.1
Egenskap: Fakturaunderlag som inte följer schemat avvisas

  @FBC-SVAR-SCHEMA @FBC-VALIDERA-PRODUCENT
  Scenariomall: Schemafel: <fel>
    Givet ett fakturaunderlag med felet "<fel>"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med ERROR enligt FBC-SVAR-SCHEMA
    Och har svaret en kommentar

    Exempel:
      | fel                               |
      | obligatoriskt element saknas      |
      | element i fel ordning             |
      | okänt element i domänens namnrymd |
      | element utan namnrymd             |
      | datum med bindestreck             |
      | klockslag 250000                  |
      | belopp med decimalkomma           |
      | radnummer noll                    |
      | sanningsvärde på svenska          |
      | tre identifikationer av säljaren  |

  @FBC-ÖR7 @FBC-SVAR-SCHEMA
  Scenario: Två patientidentiteter på samma rad avvisas
    Givet ett fakturaunderlag med felet "två patientidentiteter"
    När den säljande regionen skickar fakturaunderlaget
    Så besvaras det med ERROR enligt FBC-ÖR7
    Och har svaret en kommentar
