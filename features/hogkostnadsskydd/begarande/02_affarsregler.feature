# language: sv
@FPE-1.0
Egenskap: Ett utlämnande som bryter mot en regel avvisas
  Varje meddelande bryter mot en regel och är i övrigt giltigt. Ett besök i framtiden (rule001) är
  också senare än sin registrering (rule006), och en plats som saknas för en invånare bryter både
  mot rule013 och rule016.

  @FPE-UTLAMNANDE-ERROR
  Scenariomall: <krav> bruten: <fel>
    Givet ett utlämnande med felet "<fel>"
    När utlämnandet skickas till den begärande parten
    Så besvaras felet "<fel>" med ERROR enligt <krav>

    Exempel:
      | krav        | fel                                               |
      | FPE-rule001 | besök i framtiden                                 |
      | FPE-rule002 | besök en dag äldre än tolv månader                |
      | FPE-rule003 | frikort för tekniska hjälpmedel                   |
      | FPE-rule003 | frikort för sjukresor                             |
      | FPE-rule004 | avgift för sjukresa                               |
      | FPE-rule004 | avgift för tekniska hjälpmedel                    |
      | FPE-rule005 | vårdenhet utlämnad till vårdgivare                |
      | FPE-rule005 | vårdgivare utlämnad till vårdgivare               |
      | FPE-rule006 | registrering före besöket                         |
      | FPE-rule007 | registrering i framtiden                          |
      | FPE-rule007 | registrering sent samma dag                       |
      | FPE-rule008 | patient-id av okänt slag                          |
      | FPE-rule008 | lokalt reservnummer som patient-id                |
      | FPE-rule008 | patient-id av ett slag intill                     |
      | FPE-rule009 | valuta EUR                                        |
      | FPE-rule009 | valuta med små bokstäver                          |
      | FPE-rule010 | valuta med fel kodverk                            |
      | FPE-rule010 | valuta med kodverk som börjar rätt                |
      | FPE-rule011 | valuta med klartext                               |
      | FPE-rule011 | valuta med kodverkets namn                        |
      | FPE-rule011 | valuta med kodverkets version                     |
      | FPE-rule011 | valuta med ursprunglig text                       |
      | FPE-rule012 | besöksdatum saknas                                |
      | FPE-rule012 | registreringstid saknas                           |
      | FPE-rule013 | vårdenhet saknas och aktören är okänd             |
      | FPE-rule013 | vårdgivare saknas och aktören är okänd            |
      | FPE-rule014 | frikort och högkostnadsperiod slutar olika dagar  |
      | FPE-rule014 | frikort till dagen efter högkostnadsperioden      |
      | FPE-rule014 | frikort till dagen före högkostnadsperiodens slut |
      | FPE-rule015 | belopp noll                                       |
      | FPE-rule015 | belopp noll utan decimaler                        |
      | FPE-rule015 | belopp minus noll                                 |
      | FPE-rule016 | vårdenhet saknas till invånare                    |
      | FPE-rule016 | vårdgivare saknas till vårdnadshavare             |
      | FPE-rule016 | vårdgivare saknas till invånare                   |
      | FPE-rule016 | vårdenhet saknas till vårdnadshavare              |
      | FPE-rule018 | transaktion utöver frikort till vårdgivare        |
