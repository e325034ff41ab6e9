# language: sv
@FBC-1.1
Egenskap: Svaret säger vad som hände

  @FBC-SVAR-FORMAT @FBC-SVAR-KOD
  Scenariomall: Svaret på <underlag> följer kontraktet
    Givet ett fakturaunderlag med felet "<underlag>"
    När den säljande regionen skickar fakturaunderlaget
    Så följer svaret kontraktets schema

    Exempel:
      | underlag                     |
      | kön 3                        |
      | obligatoriskt element saknas |

  @FBC-SVAR-FORMAT @FBC-SVAR-KOD
  Scenario: Svaret på ett giltigt fakturaunderlag följer kontraktet
    Givet ett giltigt fakturaunderlag
    När den säljande regionen skickar fakturaunderlaget
    Så följer svaret kontraktets schema

  @FBC-SVAR-PLATS
  Scenariomall: Kommentaren anger platsen för felet: <fel>
    Givet ett fakturaunderlag med felet "<fel>"
    När den säljande regionen skickar fakturaunderlaget
    Så anger kommentaren platsen för felet "<fel>"

    Exempel:
      | fel                                 |
      | kön 3                               |
      | nettobelopp stämmer inte med brutto |
      | utskrivning före vårdens start      |
      | samma lineId två gånger             |
      | datum med bindestreck               |
