# language: sv
@FPE-1.0
Egenskap: Utlämnanden tas emot i alla former som kontraktet tillåter

  @FPE-FORMAT-BELOPP
  Scenariomall: Belopp <form> tas emot
    Givet ett utlämnande vars belopp skrivs <form>
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-FORMAT-BELOPP

    Exempel:
      | form              |
      | utan decimaler    |
      | med en decimal    |
      | med två decimaler |

  @FPE-FORMAT-TID
  Scenario: En avgift som just har registrerats, i svensk lokal tid, tas emot
    Givet ett utlämnande med en avgift som just har registrerats
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-FORMAT-TID

  @FPE-FORMAT-TILLAGG
  Scenario: Tilläggselement i en främmande namnrymd tas emot
    Givet ett utlämnande med tilläggselement i en främmande namnrymd
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-FORMAT-TILLAGG

  @FPE-FORMAT-TECKEN
  Scenario: Ett utlämnande utan XML-deklaration tas emot
    Givet ett giltigt utlämnande
    När meddelandet skickas utan XML-deklaration
    Så besvaras det med OK enligt FPE-FORMAT-TECKEN

  @FPE-FORMAT-TECKEN
  Scenariomall: Ett frikort med tecknen <tecken> tas emot
    Givet ett utlämnande med frikortet "<tecken>"
    När utlämnandet skickas till den begärande parten
    Så besvaras det med OK enligt FPE-FORMAT-TECKEN

    Exempel:
      | tecken |
      | FK-ÅÄÖ |
      | FK-𝄞𠮷🏥 |
