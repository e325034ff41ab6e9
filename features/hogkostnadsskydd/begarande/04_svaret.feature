# language: sv
@FPE-1.0
Egenskap: Svaret säger vad som hände

  @FPE-FORMAT-SCHEMA @FPE-UTLAMNANDE-SVAR
  Scenario: Svaret på ett giltigt utlämnande följer kontraktet
    Givet ett giltigt utlämnande
    När utlämnandet skickas till den begärande parten
    Så följer svaret kontraktets schema

  @FPE-FORMAT-SCHEMA @FPE-UTLAMNANDE-SVAR @FPE-UTLAMNANDE-ERROR
  Scenariomall: Svaret på <fel> följer kontraktet
    Givet ett utlämnande med felet "<fel>"
    När utlämnandet skickas till den begärande parten
    Så följer svaret kontraktets schema

    Exempel:
      | fel         |
      | valuta EUR  |
      | belopp noll |
