# language: sv
@FPE-1.0
Egenskap: En begäran som inte följer schemat avvisas

  @FPE-FORMAT-SCHEMA @FPE-FAULT
  Scenariomall: Schemafel: <fel>
    Givet en begäran med felet "<fel>"
    När begäran skickas till den utlämnande parten
    Så avvisas det som strider mot schemat enligt FPE-FORMAT-SCHEMA

    Exempel:
      | fel                               |
      | begäran utan requestId            |
      | begäran utan aktör                |
      | begäran utan svarsadress          |
      | aktör av okänt slag               |
      | begäran med element i fel ordning |
