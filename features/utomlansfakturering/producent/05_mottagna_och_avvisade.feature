# language: sv
@FBC-1.1
Egenskap: Det som tas emot sparas en gång, det som avvisas sparas inte

  @FBC-SVAR-INGET-SPARAT
  Scenariomall: Inget sparas av ett avvisat fakturaunderlag: <fel>
    Givet att systemet har en observationspunkt
    Och ett fakturaunderlag med felet "<fel>"
    När den säljande regionen skickar fakturaunderlaget
    Så finns fakturaunderlaget inte hos köparen

    Exempel:
      | fel                             |
      | totalbelopp två kronor för högt |
      | samma lineId två gånger         |
      | radnummer noll                  |

  @FBC-DUBBLETT
  Scenario: Samma fakturaunderlag skickat två gånger besvaras med OK båda gångerna
    Givet ett giltigt fakturaunderlag
    Och att fakturaunderlaget har tagits emot
    När den säljande regionen skickar samma fakturaunderlag igen
    Så besvaras det med OK enligt FBC-DUBBLETT

  @FBC-DUBBLETT
  Scenario: Samma fakturaunderlag skickat två gånger sparas en gång
    Givet att systemet har en observationspunkt
    Och ett giltigt fakturaunderlag
    Och att fakturaunderlaget har tagits emot
    När den säljande regionen skickar samma fakturaunderlag igen
    Så finns fakturaunderlaget 1 gång hos köparen enligt FBC-DUBBLETT

  @FBC-KREDIT-EMOT
  Scenario: En kredit av ett mottaget fakturaunderlag tas emot
    Givet en kredit av ett mottaget fakturaunderlag
    När den säljande regionen skickar krediten
    Så besvaras det med OK enligt FBC-KREDIT-EMOT

  @FBC-KREDIT-EMOT
  Scenario: En kredit knyts till originalet
    Givet att systemet har en observationspunkt
    Och en kredit av ett mottaget fakturaunderlag
    När den säljande regionen skickar krediten
    Så är krediten knuten till originalet hos köparen

  @FBC-MATCHA
  Scenariomall: En faktura på <belopp> belopp: köparen <utfall> den
    Givet att systemet har en observationspunkt
    Och ett giltigt fakturaunderlag
    När den säljande regionen skickar fakturaunderlaget
    Så <utfall> köparen en faktura på <belopp> belopp

    Exempel:
      | utfall  | belopp |
      | matchar | samma  |
      | avvisar | annat  |
