#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the demo agency's records as CSV: the same from every run."""

import csv
import datetime
import os
import random
import sys

AGENTS = ["wei@willow.example", "fang@willow.example", "ines@willow.example",
          "rui@willow.example"]
CITIES = {
    "wei@willow.example": "Shanghai", "fang@willow.example": "Shanghai",
    "ines@willow.example": "Lisbon", "rui@willow.example": "São Paulo",
}
STREETS = {
    "Shanghai": ["南京西路", "淮海中路", "衡山路", "武康路", "愚园路"],
    "Lisbon": ["Rua Áurea", "Avenida da Liberdade", "Travessa do Açúcar", "Rua São João"],
    "São Paulo": ["Rua Augusta", "Avenida Paulista", "Rua Oscar Freire"],
}
FAMILY = ["王", "李", "张", "刘", "陈", "Núñez", "Müller", "Ångström", "O'Connor", "Çelik",
          "Dvořák", "García", "Øvergård", "Silva", "da Conceição"]
GIVEN = ["伟", "芳", "娜", "敏", "静", "Zoë", "José", "Łukasz", "Anaïs", "Björn", "Inês", "Renée"]
PHASES = ["Available"] * 5 + ["Reserved"] * 2 + ["Sold"] * 4 + ["Withdrawn"]
STAGES = ["Qualification", "Needs Analysis", "Value Proposition", "Proposal/Price Quote",
          "Negotiation/Review", "Closed Won", "Closed Lost"]
SOURCES = ["Advertisement", "Cold Call", "External Referral", "Web Research", ""]


def write(directory, name, header, rows):
    path = os.path.join(directory, name + ".csv")
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def money(chance, low, high):
    cents = chance.randrange(low * 100, high * 100)
    return f"{cents // 100}.{cents % 100:02d}"


def person(chance):
    return chance.choice(GIVEN), chance.choice(FAMILY)


def properties(chance):
    start = datetime.date(2025, 1, 1)
    for number in range(1, 1001):
        agent = chance.choice(AGENTS)
        city = CITIES[agent]
        street = f"{chance.choice(STREETS[city])} {chance.randrange(1, 400)}"
        listed = start + datetime.timedelta(days=chance.randrange(540))
        yield [f"{city} #{number:04d}", street, city, money(chance, 90000, 2500000),
               chance.randrange(0, 7), chance.choice(PHASES), listed.isoformat(),
               f"{chance.randrange(100, 500) / 100:.2f}", agent]


def leads(chance):
    for number in range(1, 801):
        given, family = person(chance)
        yield [family, given, f"{family} & {chance.choice(FAMILY)} {number}",
               f"lead{number}@mail.example", chance.choice(SOURCES),
               money(chance, 1000, 900000), chance.choice(AGENTS)]


def deals(chance):
    start = datetime.date(2025, 6, 1)
    for number in range(1, 401):
        closing = start + datetime.timedelta(days=chance.randrange(500))
        yield [f"{chance.choice(FAMILY)} {number}", chance.choice(STAGES),
               money(chance, 90000, 2500000), closing.isoformat(), chance.choice(AGENTS)]


def main(directory):
    chance = random.Random(20260101)
    write(directory, "Properties",
          ["Name", "Street", "City", "Price", "Bedrooms", "Phase", "Listed_On", "Commission",
           "Owner"], properties(chance))
    write(directory, "Leads",
          ["Last_Name", "First_Name", "Company", "Email", "Lead_Source", "Annual_Revenue",
           "Owner"], leads(chance))
    write(directory, "Deals", ["Deal_Name", "Stage", "Amount", "Closing_Date", "Owner"],
          deals(chance))


if __name__ == "__main__":
    main(sys.argv[1])
