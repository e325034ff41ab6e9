# language: sv
@FPE-1.0
Egenskap: Ett utlämnande som inte följer schemat avvisas

  @FPE-FORMAT-SCHEMA
  Scenariomall: Schemafel: <fel>
    Givet ett utlämnande med felet "<fel>"
    När utlämnandet skickas till den begärande parten
    Så avvisas det som strider mot schemat enligt FPE-FORMAT-SCHEMA

    Exempel:
      | fel                                  |
      | utlämnande utan requestId            |
      | utlämnande utan patientens id        |
      | utlämnande med element i fel ordning |
      | besöksdatum med bindestreck          |
      | registreringstid utan klockslag      |
      | belopp med decimalkomma              |
      | belopp utan valuta                   |
      | avgift av okänt slag                 |
      | frikort utan id                      |
      | okänt element i domänens namnrymd    |
      | element utan namnrymd                |
