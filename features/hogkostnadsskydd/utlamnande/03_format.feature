# language: sv
@FPE-1.0
Egenskap: En begäran tas emot i alla former som kontraktet tillåter

  @FPE-FORMAT-TILLAGG
  Scenario: Tilläggselement i en främmande namnrymd tas emot
    Givet en begäran med tilläggselement i en främmande namnrymd
    När begäran skickas till den utlämnande parten
    Så besvaras den med ett tomt svar enligt FPE-FORMAT-TILLAGG

  @FPE-FORMAT-TECKEN
  Scenario: En begäran utan XML-deklaration tas emot
    Givet en giltig begäran från invånare
    När meddelandet skickas utan XML-deklaration
    Så besvaras den med ett tomt svar enligt FPE-FORMAT-TECKEN

  @FPE-FORMAT-TECKEN
  Scenariomall: En begäran med tecknen <tecken> tas emot
    Givet en begäran med texten "<tecken>" i ett tillägg
    När begäran skickas till den utlämnande parten
    Så besvaras den med ett tomt svar enligt FPE-FORMAT-TECKEN

    Exempel:
      | tecken   |
      | Åsa Ödén |
      | 𝄞 𠮷 🏥    |
