"""Words that say too little to find an article by, accents folded; a query of nothing else keeps them."""

_ENGLISH = """
a about again all am an and any are as at be because been being but by can cannot could did do does doing for from
had has have having he her here hers him his how i if in into is it its just let ll me more most my no nor not of off
on once only or other our ours out over own re s same shall she should so some such t than that the their theirs them
then there these they this those through to too ve very was we were what when where which while who whom whose why
will with would you your yours d m don didn isn
"""

_FRENCH = """
a ai ainsi alors apres as au aucun aucune aussi autre autres aux avec avez avoir avons c ca car ce ceci cela celle
celles celui ces cet cette ceux chaque chez ci comme comment d dans de depuis des dois doit donc dont du elle elles
en encore entre es est et etaient etait etant ete etes etre eu eux faire fait faites faut font ici il ils j je l la le
les leur leurs lors lorsque lui m ma mais me meme memes mes mien moi moins mon n ne ni nos notre nous on ont ou par
parce pas peu peut peuvent peux plus pour pourquoi puis puisque qu quand que quel quelle quelles quels qui quoi s sa
sans se sera seront ses si soi soit son sont sous sur t ta tandis te tel telle telles tels tes toi ton tous tout toute
toutes tres tu un une va vers veux via voici voila vos votre vous y
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(_ENGLISH.split()),
    "fr": frozenset(_FRENCH.split()),
}
