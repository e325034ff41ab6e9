# language: sv
@FPE-1.0
Egenskap: Systemet räknar rätt på det som regionerna lämnar ut
  Systemet frågar om en testperson, och sviten svarar som andra regioner. Vad systemet gör av svaren
  visar det på sin trigger; utan trigger frågas provaren vad som står på skärmen.

  @FPE-TOLKA-SUMMA
  Scenario: Avgifter från en region läggs ihop
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 300,00 och 275,50 kr
    Så visar systemet summan 575,50 kr enligt FPE-TOLKA-SUMMA

  @FPE-TOLKA-SUMMA @FPE-TA-EMOT-FLERA
  Scenario: Avgifter från två regioner läggs ihop
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 300,00 och 275,50 kr
    Och den andra regionen lämnar ut 200,00 kr
    Så visar systemet summan 775,50 kr enligt FPE-TOLKA-SUMMA

  @FPE-TA-EMOT-FLERA
  Scenario: Ett sent svar räknas in i den begäran det hör till
    Givet en testperson som systemet har frågat alla regioner om
    När den andra regionen lämnar ut 200,00 kr
    Och systemet begär uppgifterna för en vårdgivare
    Och den ena regionen svarar sent på den första begäran med 300,00 och 275,50 kr
    Så visar systemet summan 775,50 kr för den första begäran enligt FPE-TA-EMOT-FLERA

  @FPE-TOLKA-SUMMA
  Scenario: En återbetald avgift minskar summan
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut en avgift och dess återbetalning
    Och den andra regionen lämnar ut 200,00 kr
    Så visar systemet summan 200,00 kr enligt FPE-TOLKA-SUMMA

  @FPE-TA-EMOT-DUBBLETT
  Scenario: Samma utlämnande två gånger räknas en gång
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 300,00 och 275,50 kr två gånger
    Så visar systemet summan 575,50 kr enligt FPE-TA-EMOT-DUBBLETT

  @FPE-TA-EMOT-TOMT
  Scenario: Ett tomt utlämnande ändrar inte summan
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut ingenting
    Och den andra regionen lämnar ut 200,00 kr
    Så visar systemet summan 200,00 kr enligt FPE-TA-EMOT-TOMT

  @FPE-TA-EMOT-OKAND
  Scenario: Ett utlämnande på ett okänt requestId räknas inte
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 200,00 kr
    Och någon lämnar ut 300,00 och 275,50 kr på ett okänt requestId
    Så visar systemet summan 200,00 kr enligt FPE-TA-EMOT-OKAND

  @FPE-TOLKA-FRIKORT
  Scenario: Ett frikort från en annan region gäller
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 200,00 kr
    Och den andra regionen lämnar ut ett frikort
    Så visar systemet frikortets giltighet enligt FPE-TOLKA-FRIKORT

  @FPE-TOLKA-FRIKORT
  Scenariomall: Ett frikort som <när> gäller i dag
    Givet en testperson som systemet har frågat alla regioner om
    När den andra regionen lämnar ut ett frikort som <när>
    Så visar systemet att frikortet gäller i dag enligt FPE-TOLKA-FRIKORT

    Exempel:
      | när          |
      | börjar i dag |
      | slutar i dag |

  @FPE-TOLKA-FRIKORT
  Scenario: Ett frikort som slutade i går gäller inte
    Givet en testperson som systemet har frågat alla regioner om
    När den andra regionen lämnar ut ett frikort som slutade i går
    Så visar systemet att det inte finns något frikort enligt FPE-TOLKA-FRIKORT

  @FPE-TOLKA-FRIKORT
  Scenario: Utan frikort och under taket finns inget frikort
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 300,00 och 275,50 kr
    Så visar systemet att det inte finns något frikort enligt FPE-TOLKA-FRIKORT

  @FPE-TOLKA-PERIOD
  Scenario: Efter ett frikort som har slutat börjar en ny period
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut ett frikort som har slutat, och avgifter före och efter
    Så visar systemet summan 250,00 kr enligt FPE-TOLKA-PERIOD

  @FPE-TOLKA-PERIOD
  Scenario: Frikortets sista dag hör till den gamla perioden, dagen efter till den nya
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut ett frikort som har slutat, och avgifter dess sista dag och dagen efter
    Så visar systemet summan 250,00 kr enligt FPE-TOLKA-PERIOD

  @FPE-TOLKA-VISA
  Scenario: Invånaren ser sina besök i alla regioner
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 300,00 och 275,50 kr
    Och den andra regionen lämnar ut 200,00 kr
    Så visar systemet 3 besök enligt FPE-TOLKA-VISA

  @FPE-TOLKA-VISA
  Scenario: Invånaren ser vad som återstår till taket
    Givet en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 300,00 och 275,50 kr
    Så visar systemet vad som återstår av taket efter 575,50 kr enligt FPE-TOLKA-VISA

  @FPE-STATUS-HEADER
  Scenario: Systemet visar vilken region som inte kunde nås
    Givet att en av regionerna inte kan nås
    Och en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 200,00 kr
    Så visar systemet vilken region som inte kunde nås enligt FPE-STATUS-HEADER

  @FPE-SVAR-LASES
  Scenariomall: Svaret på en begäran läses när det kommer <hur>
    Givet att en av regionerna inte kan nås
    Och att svaret på begäran kommer <hur>
    Och en testperson som systemet har frågat alla regioner om
    När den ena regionen lämnar ut 200,00 kr
    Så visar systemet vilken region som inte kunde nås enligt FPE-SVAR-LASES

    Exempel:
      | hur                                    |
      | med andra prefix                       |
      | med standardnamnrymd                   |
      | med kommentarer                        |
      | med CDATA                              |
      | med BOM                                |
      | utan XML-deklaration                   |
      | med XML-deklaration utan teckenkodning |
      | bitvis (chunked)                       |
      | efter en stund                         |
