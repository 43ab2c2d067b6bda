# The application side with whatever SQLite this Python has: often years older than ours, with another way of closing.
# older-sqlite-app.py DATABASE SEED SECONDS
import os, random, sqlite3, sys, time

path, seed, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
chance = random.Random(seed)


def connect():
    opened = sqlite3.connect(path, timeout=10, isolation_level=None)
    opened.execute("PRAGMA synchronous = " + chance.choice(["NORMAL", "FULL"]))
    opened.execute("PRAGMA cache_size = %d" % chance.choice([10, 500]))
    return opened


def act(connection):
    what = chance.random()
    if what < 0.7:
        connection.execute("BEGIN IMMEDIATE")
        for _ in range(chance.choice([1, 1, 2, 10, 150])):
            connection.execute("INSERT INTO rows(body) VALUES (?)", (os.urandom(chance.randint(1, 2500)),))
        connection.execute("ROLLBACK" if chance.random() < 0.15 else "COMMIT")
    elif what < 0.8:
        connection.execute("DELETE FROM rows WHERE id % 5 = ?", (chance.randint(0, 4),))
    elif what < 0.88:
        mode = chance.choice(["PASSIVE", "FULL", "RESTART", "TRUNCATE"])
        connection.execute("PRAGMA wal_checkpoint(%s)" % mode).fetchall()
    elif what < 0.9:
        connection.execute("VACUUM")
    else:
        return False
    return True


end = time.monotonic() + seconds
connection = connect()
while time.monotonic() < end:
    try:
        stays = act(connection)
    except sqlite3.OperationalError:  # locked: somebody else's turn
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        continue
    if not stays:
        connection.close()
        connection = connect()
