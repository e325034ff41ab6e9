# language: sv
@FPE-1.0
Egenskap: Systemets begäran är rätt för den som frågar, och går till rätt adress

  @FPE-PAR
  Scenario: Den som tar emot utlämnanden sänder en begäran
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för en invånare
    Så kommer begäran till plattformen enligt FPE-PAR

  @FPE-REQUESTID-FORM
  Scenario: Begärans requestId är ett UUID
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för en invånare
    Så är begärans requestId ett UUID utan extension enligt FPE-REQUESTID-FORM

  @FPE-REQUESTID-UNIKT
  Scenario: Två begäran har var sitt requestId
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna två gånger
    Så har begäran olika requestId enligt FPE-REQUESTID-UNIKT

  @FPE-PATIENT-FORM
  Scenariomall: En begäran om ett <slag> skrivs med tolv tecken
    Givet en testperson med <slag> som systemet kan fråga om
    När systemet begär uppgifterna för en vårdgivare
    Så är patientens id i begäran rätt skrivet enligt FPE-PATIENT-FORM

    Exempel:
      | slag                    |
      | personnummer            |
      | samordningsnummer       |
      | nationellt reservnummer |

  @FPE-PATIENT-LOKALT
  Scenario: Ett lokalt reservnummer går bara till en enda region
    Givet en testperson med lokalt reservnummer som systemet kan fråga om
    När systemet begär uppgifterna hos en enda region
    Så går begäran till den regionens länskod enligt FPE-PATIENT-LOKALT

  @FPE-AKTOR-PERSON
  Scenariomall: När <vem> frågar är aktören en person
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för <vem>
    Så är aktören en person enligt FPE-AKTOR-PERSON

    Exempel:
      | vem               |
      | en invånare       |
      | en vårdnadshavare |

  @FPE-AKTOR-VARDGIVARE
  Scenario: När en vårdgivare frågar är aktören vårdpersonal
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för en vårdgivare
    Så är aktören vårdpersonal enligt FPE-AKTOR-VARDGIVARE

  @FPE-SVARSADRESS
  Scenario: Svarsadressen leder till systemet
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för en invånare
    Så leder svarsadressen till systemet enligt FPE-SVARSADRESS

  @FPE-ADRESS-NATIONELL
  Scenariomall: När <vem> frågar alla regioner går begäran till 5565594230
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för <vem>
    Så går begäran till 5565594230 enligt FPE-ADRESS-NATIONELL

    Exempel:
      | vem               |
      | en invånare       |
      | en vårdnadshavare |
      | en vårdgivare     |

  @FPE-ADRESS-KALLA
  Scenario: En begäran till en enda region går till dess länskod
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna hos en enda region
    Så går begäran till den regionens länskod enligt FPE-ADRESS-KALLA

  @FPE-FORMAT-SCHEMA
  Scenariomall: Begäran för <vem> är giltig
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för <vem>
    Så är varje meddelande giltigt enligt FPE-FORMAT-SCHEMA

    Exempel:
      | vem               |
      | en invånare       |
      | en vårdnadshavare |
      | en vårdgivare     |

  @FPE-HEADER
  Scenario: Det som systemet sänder har en logisk adress
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för en invånare
    Så har varje meddelande LogicalAddress exakt en gång enligt FPE-HEADER

  @FPE-SOAPACTION
  Scenario: Det som systemet sänder har rätt SOAPAction
    Givet en testperson som systemet kan fråga om
    När systemet begär uppgifterna för en invånare
    Så har varje meddelande rätt SOAPAction enligt FPE-SOAPACTION
