# language: sv
@FPE-1.0
Egenskap: Bara den som visar ett giltigt certifikat släpps in
  Plattformen anropar över ömsesidig TLS. Certifikaten är utfärdade av Provbänk (docs/tls.md), och systemet litar på den utfärdaren.

  Bakgrund:
    Givet att systemet nås över ömsesidig TLS

  @FPE-TLS
  Scenario: Den som visar ett giltigt certifikat släpps in
    Givet ett giltigt meddelande
    När plattformen anropar med ett giltigt certifikat
    Så släpps anropet in enligt FPE-TLS

  @FPE-TLS
  Scenariomall: Den som visar <certifikat> avvisas
    Givet ett giltigt meddelande
    När plattformen anropar med certifikatet "<slag>"
    Så avvisas anropet enligt FPE-TLS

    Exempel:
      | certifikat                             | slag          |
      | inget certifikat                       | none          |
      | ett certifikat som har gått ut         | expired       |
      | ett certifikat som ännu inte gäller    | not-yet-valid |
      | ett certifikat av en okänd utfärdare   | wrong-chain   |
      | ett självsignerat certifikat           | self-signed   |

  @FPE-TLS
  Scenariomall: Vad systemet gör med <certifikat> syns i rapporten
    Givet ett giltigt meddelande
    När plattformen anropar med certifikatet "<slag>"
    Så noteras om anropet släpps in

    Exempel:
      | certifikat                             | slag          |
      | ett spärrat certifikat                 | revoked       |
      | ett certifikat med för kort nyckel     | weak-key      |
      | ett certifikat utan HSA-id             | no-hsa-id     |
