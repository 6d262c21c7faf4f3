"""Words that hold sentences together and say nothing of what a text is about.

In a query they only rank. The Finnish set holds the usual inflected forms too, so that a surface can be looked up
without analysis. Words that mean something in another of the three languages are left out (Swedish *vara*).
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


FINNISH = _words(
    """
    ja sekä tai taikka eli että mutta vaan vai kuin kun jos jotta koska vaikka kunnes joten siis
    ei en et emme ette eivät eikä älä
    olla on ovat oli olivat olen olemme olisi olisivat ollut olleet ollaan oltiin ole
    minä minun minua minulle minulla sinä sinun sinua hän hänen häntä hänelle hänellä
    me meidän meitä meille meillä te teidän teitä he heidän heitä heille heillä
    se sen sitä siinä siitä siihen sillä sille siltä siksi sinä ne niiden niitä niissä niistä niihin niillä niille
    tämä tämän tätä tässä tästä tähän tällä tälle tältä nämä näiden näitä näissä näistä näihin näillä näille
    tuo tuon tuota nuo noiden noita
    joka jonka jota jossa josta johon jolla jolle jolta joksi jona
    jotka joiden joita joissa joista joihin joilla joille joilta
    mikä minkä mitä missä mistä mihin millä mille miksi miten milloin kuinka kuka kenen ketä kenelle
    jokin jonkin jotain jotakin joku jonkun muun muassa
    myös lisäksi niin näin noin jo vielä vain aina sitten siten siellä täällä silloin nyt kuten esimerkiksi
    kanssa mukaan varten vuoksi takia kautta kesken kohti ilman ennen jälkeen aikana välillä alla yli ali
    luona ohella sijaan avulla osalta suhteen
    itse eri sama saman samaa samassa hyvin erittäin melko
    """
)

SWEDISH = _words(
    """
    och samt eller men utan att som om när där här hur varför vad vem vilken vilket vilka
    en ett den det de dem dess deras denna detta dessa
    jag du han hon vi ni mig dig sig oss er min mitt mina din ditt dina sin sitt sina vår vårt våra
    är var varit vore bli blir blev blivit ha har hade haft kan kunde ska skall skulle bör måste får fick
    i på av för till från med vid hos efter före under över mellan genom mot inom utom enligt trots utöver
    inte ej icke också även bara redan sedan så då nu här än mycket mer mest alla allt
    """
)

ENGLISH = _words(
    """
    a an the and or but nor if than then that this these those which who whom whose what when where why how
    i you he she it we they me him her us them my your his its our their
    is are was were be been being am do does did has have had can could may might must shall should will would
    in on at by for from of to with without into onto over under between through during before after about as
    not no also only just very more most some any all each such so too there here
    """
)

EVERY = FINNISH | SWEDISH | ENGLISH

CONJUNCTIONS = _words("ja sekä tai taikka eli että eikä vai och samt eller and or")
"""Words that may stand between the words of an ellipsis."""
