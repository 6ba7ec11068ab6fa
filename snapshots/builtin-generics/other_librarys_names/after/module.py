from graphene_like import Dict, List, String

names = List(String)
table: Dict
