# language: sv
@FPE-1.0
Egenskap: Meddelanden som är ändrade på ett ställe bedöms rätt
  Varianterna görs ur schemat: giltiga meddelanden där ett enda ställe är ändrat. Var och en bedöms
  av schema och regler innan den skickas, och svaret ska bli därefter. Ett scenario är ett slags
  ändring; varianterna står var för sig i underlaget.

  @FPE-FORMAT-SCHEMA
  Scenariomall: Avvisas: <ändring>
    Givet varianter med "<ändring>" som schemat förbjuder
    När varje variant skickas
    Så avvisas varje variant

    Exempel:
      | ändring                                    |
      | obligatoriskt element saknas               |
      | element förekommer för många gånger        |
      | element i fel ordning                      |
      | element med fel namn                       |
      | element i fel namnrymd                     |
      | värde av fel typ                           |
      | värde precis utanför en gräns              |
      | text mellan element                        |
      | okänt element i kontraktets namnrymd       |
      | tilläggselement där schemat inte ger plats |
      | okänt attribut                             |
      | element sagt vara nil                      |

  Scenariomall: Bedöms efter reglerna: <ändring>
    Givet varianter med "<ändring>" som schemat tillåter
    När varje variant skickas
    Så bedöms varje variant efter reglerna, enligt <krav>

    Exempel:
      | ändring                                          | krav                |
      | valfritt element saknas                          | FPE-UTLAMNANDE-SVAR |
      | element som får upprepas förekommer en gång till | FPE-UTLAMNANDE-SVAR |
      | valfritt element i främmande namnrymd            | FPE-FORMAT-TILLAGG  |
      | värde precis innanför en gräns                   | FPE-UTLAMNANDE-SVAR |
      | värde med blanktecken runt sig                   | FPE-UTLAMNANDE-SVAR |
      | tilläggselement där schemat ger plats            | FPE-FORMAT-TILLAGG  |
