"""Words that hold sentences together or ask, and say nothing of what a text is about.

In a query they only rank. The Finnish set of function words holds the usual inflected forms too, so that a surface
can be looked up without analysis. Words that mean something in another of the three languages are left out (Swedish
*vara*).
"""

from collections.abc import Iterable


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

ASKING = _words(
    """
    saada löytää etsiä hakea käydä tehdä voida tarvita haluta täytyä pitää kuulua tulla mennä antaa ottaa
    käyttää tietää kertoa näyttää auttaa kysyä päästä alkaa aloittaa järjestää toteuttaa toimia onnistua
    kannattaa oleva muu jokainen toinen kaikki moni usea apu asia tapa keino esimerkki käytäntö ratkaisu malli
    toimintamalli alue hyvinvointialue ihminen henkilö hyvä hyvin paras parhaiten uusi nopea nopeasti nopeammin
    helppo helposti helpommin parempi paremmin enemmän vähemmän usein heti pian
    få hitta finna söka göra behöva vilja veta använda ge ta gå komma fungera hjälpa hjälp sak sätt exempel
    lösning modell verksamhetsmodell område välfärdsområde människa person folk god bra bättre bäst ny snabb
    snabbt snabbare lätt lättare annan många flera ofta
    get find look search seek need want make use know give take go come work help thing way example solution
    model area county people person someone good better best well new quick quickly fast faster easy easily
    other many several often
    """
)
"""Base forms of words by which people ask, and of words for what every page here is: a model of an area.

Source: our own lists. The verbs are those of possibility, necessity and search by which a question is made in each of
the languages (*miten saada*, *var hittar man*, *how to find*); the nouns and adjectives are what is asked for in
general (a way, an example, help; new, good, quick). What is a topic of the field by itself is left out (*tieto*,
*tuki*, *vård*).
"""


def asks(bases: Iterable[str]) -> bool:
    """Tell whether a word by one of its base forms is one by which people ask."""
    return not ASKING.isdisjoint(bases)


CONJUNCTIONS = _words("ja sekä tai taikka eli että eikä vai och samt eller and or")
"""Words that may stand between the words of an ellipsis."""
