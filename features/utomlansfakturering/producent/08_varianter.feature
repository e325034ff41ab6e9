# language: sv
@FBC-1.1
Egenskap: Meddelanden som är ändrade på ett ställe bedöms rätt
  Varianterna görs ur schemat: giltiga meddelanden där ett enda ställe är ändrat. Var och en bedöms
  av schema och regler innan den skickas, och svaret ska bli därefter. Ett scenario är ett slags
  ändring; varianterna står var för sig i underlaget.

  @FBC-SVAR-SCHEMA @FBC-VALIDERA-PRODUCENT
  Scenariomall: Avvisas: <ändring>
    Givet varianter med "<ändring>" som schemat förbjuder
    När varje variant skickas
    Så avvisas varje variant

    Exempel:
      | ändring                                             |
      | obligatoriskt element saknas                        |
      | element förekommer för många gånger                 |
      | element förekommer utanför gränserna för sitt antal |
      | element i fel ordning                               |
      | element med fel namn                                |
      | element i fel namnrymd                              |
      | värde av fel typ                                    |
      | värde precis utanför en gräns                       |
      | text mellan element                                 |
      | okänt element i kontraktets namnrymd                |
      | tilläggselement där schemat inte ger plats          |
      | okänt attribut                                      |
      | element sagt vara nil                               |

  Scenariomall: Bedöms efter reglerna: <ändring>
    Givet varianter med "<ändring>" som schemat tillåter
    När varje variant skickas
    Så bedöms varje variant efter reglerna, enligt <krav>

    Exempel:
      | ändring                                          | krav        |
      | valfritt element saknas                          | FBC-SVAR-OK |
      | element som får upprepas förekommer en gång till | FBC-SVAR-OK |
      | valfritt element i främmande namnrymd            | FBC-TILLAGG |
      | värde precis innanför en gräns                   | FBC-SVAR-OK |
      | värde med blanktecken runt sig                   | FBC-SVAR-OK |
      | tilläggselement där schemat ger plats            | FBC-TILLAGG |
