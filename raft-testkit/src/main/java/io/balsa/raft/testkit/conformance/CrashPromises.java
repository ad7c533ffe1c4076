package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.notVoted;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.runOfSize;
import static io.balsa.raft.testkit.conformance.Values.voted;

import io.balsa.raft.storage.LogEntry;
import io.balsa.raft.storage.StoredState;
import io.balsa.raft.testkit.conformance.StorageUnderTest.Ability;
import java.util.List;

/** What is found of log and hard state after the machine went down. */
final class CrashPromises {

    private static final int BEFORE_SECOND_SYNC_OF_TERM_3 = 13; // steps of a life

    static final List<StoragePromise> ALL = List.of(
            promise(
                    "synced-entries-survive",
                    "Entries that were appended before a sync that returned are found after any crash.",
                    CrashPromises::syncedEntriesSurvive),
            promise(
                    "synced-term-and-vote-survive",
                    "A term and vote that were written before a sync that returned are found after any crash, unless later"
                            + " ones are.",
                    CrashPromises::syncedTermAndVoteSurvive),
            promise(
                    "term-and-vote-change-together",
                    "After a crash the term is found with the vote that was written with it, never with another's.",
                    CrashPromises::termAndVoteChangeTogether),
            promise(
                    "term-is-not-behind-its-entries",
                    "A term and vote are durable no later than an entry that was appended after them.",
                    CrashPromises::termIsNotBehindItsEntries),
            promise(
                    "unsynced-runs-are-whole-or-not-there",
                    "A run that was not synced is found whole after a crash or not at all, and never without all before"
                            + " it; in place of the entries that it drops, or these as they were.",
                    CrashPromises::unsyncedRunsAreWholeOrNotThere),
            promise(
                    "synced-drops-are-final",
                    "Entries whose dropping was synced are not found after a crash, nor once the log has grown past them.",
                    CrashPromises::syncedDropsAreFinal),
            promise(
                    "what-was-told-is-durable",
                    "All that an opening tells is durable: a crash right after it takes nothing away.",
                    CrashPromises::whatWasToldIsDurable),
            StoragePromise.ofMany(
                    "crashes-while-opening-do-no-harm",
                    "A crash while the store is opened, after a crash, takes away nothing that was synced.",
                    CrashPromises::crashWhileOpening,
                    Ability.CRASH,
                    Ability.CRASH_AT_OPERATION));

    private CrashPromises() {}

    private interface Judge {
        void judge(Ledger ledger, Bench bench, StoredState found);
    }

    private static StoragePromise promise(String name, String sentence, Judge judge) {
        return StoragePromise.ofMany(
                name, sentence, storage -> Crashes.everywhere(storage, () -> new Life(judge)), Ability.CRASH);
    }

    /** Terms come and go, entries are appended and dropped. */
    private static final class Life implements Plot {

        private final Ledger ledger = new Ledger();
        private final Judge judge;

        Life(Judge judge) {
            this.judge = judge;
        }

        @Override
        public List<Runnable> steps(Bench bench) {
            return List.of(
                    () -> ledger.write(bench, voted(1, 1)),
                    () -> ledger.append(bench, run(1, 1, "a", "b", "c")),
                    () -> ledger.sync(bench),
                    () -> ledger.append(bench, runOfSize(4, 1, 3000)),
                    () -> ledger.append(bench, run(5, 1, "e", "f")),
                    () -> ledger.sync(bench),
                    () -> ledger.write(bench, voted(2, 3)),
                    () -> ledger.sync(bench),
                    () -> ledger.write(bench, notVoted(3)),
                    () -> ledger.append(bench, run(3, 3, "C")),
                    () -> ledger.sync(bench), // the log is shorter now than it was
                    () -> ledger.append(bench, run(4, 3, "D")),
                    () -> ledger.append(bench, runOfSize(5, 3, 2000)),
                    () -> ledger.sync(bench),
                    () -> ledger.write(bench, voted(3, 2)),
                    () -> ledger.write(bench, voted(4, 1)),
                    () -> ledger.append(bench, run(5, 4, "E")),
                    () -> ledger.append(bench, run(6, 4, "F", "G")),
                    () -> ledger.sync(bench));
        }

        @Override
        public void judge(Bench bench, StoredState found) {
            judge.judge(ledger, bench, found);
        }
    }

    private static void syncedEntriesSurvive(Ledger ledger, Bench bench, StoredState found) {
        List<LogEntry> entries = bench.entriesOf(found);
        List<LogEntry> certain = ledger.certain();
        Expect.that(
                entries.size() >= certain.size()
                        && entries.subList(0, certain.size()).equals(certain),
                "The entries " + certain + " were synced, but there are only " + entries + ".");
    }

    private static void syncedTermAndVoteSurvive(Ledger ledger, Bench bench, StoredState found) {
        Expect.that(
                ledger.hardStatesSinceSync().contains(found.hardState()),
                "Synced was " + ledger.hardStatesSinceSync().get(0) + ", found is " + found.hardState() + ".");
    }

    private static void termAndVoteChangeTogether(Ledger ledger, Bench bench, StoredState found) {
        Expect.that(
                ledger.hardStates().contains(found.hardState()),
                "Written were " + ledger.hardStates() + ", found is " + found.hardState() + ".");
    }

    private static void termIsNotBehindItsEntries(Ledger ledger, Bench bench, StoredState found) {
        Expect.that(
                found.last().term() <= found.hardState().currentTerm(),
                "There is an entry " + found.last() + ", but only " + found.hardState() + ".");
    }

    private static void unsyncedRunsAreWholeOrNotThere(Ledger ledger, Bench bench, StoredState found) {
        List<LogEntry> entries = bench.entriesOf(found);
        Expect.that(
                ledger.logs().contains(entries),
                "The log was " + ledger.logsSinceSync() + " since the last sync, but is found as " + entries + ".");
    }

    private static void syncedDropsAreFinal(Ledger ledger, Bench bench, StoredState found) {
        List<LogEntry> entries = bench.entriesOf(found);
        List<LogEntry> synced = ledger.logsSinceSync().get(0);
        for (LogEntry entry : entries) {
            boolean known = ledger.logsSinceSync().stream().anyMatch(log -> log.contains(entry));
            Expect.that(known, entry + " is found, which was dropped before the last sync, of " + synced + ".");
        }
        bench.append(run(found.last().index() + 1, 9, "new"));
        List<LogEntry> grown = bench.entriesOf(bench.reopen());
        Expect.equal(grown.subList(0, grown.size() - 1), entries, "the entries before one that was appended later");
    }

    private static void whatWasToldIsDurable(Ledger ledger, Bench bench, StoredState found) {
        List<LogEntry> entries = bench.entriesOf(found);
        StoredState again = bench.crashAndOpen(0);

        Expect.equal(again, found, "what the next opening tells");
        Expect.equal(bench.entriesOf(again), entries, "the entries after the next opening");
    }

    private static void crashWhileOpening(StorageUnderTest storage) throws Exception {
        boolean[] hit = {true};
        for (int operation = 0; hit[0] && operation < Crashes.MAX_OPERATIONS; operation++) {
            hit[0] = false;
            for (int seed = 0; seed < Crashes.SEEDS; seed++) {
                int at = operation;
                int way = seed;
                Bench.use(storage, bench -> hit[0] |= crashInOpening(bench, at, way));
            }
        }
        Expect.that(!hit[0], "Opening takes more than " + Crashes.MAX_OPERATIONS + " operations.");
    }

    /** The first crash is in the middle of the story, the second one while it is made good. */
    private static boolean crashInOpening(Bench bench, int operation, int seed) {
        Life life = new Life((ledger, opened, found) -> {
            syncedEntriesSurvive(ledger, opened, found);
            syncedTermAndVoteSurvive(ledger, opened, found);
            unsyncedRunsAreWholeOrNotThere(ledger, opened, found);
        });
        life.steps(bench).subList(0, BEFORE_SECOND_SYNC_OF_TERM_3).forEach(Runnable::run);
        bench.crash(seed);
        bench.store().crashAt(operation);
        try {
            bench.open();
        } catch (RuntimeException | Error e) {
            if (!bench.store().isHit()) {
                throw e;
            }
        }
        boolean hit = bench.store().isHit();
        bench.crash(seed + 1L);
        Crashes.judge(
                bench, life, "When the power goes off at operation " + operation + " of an opening, seed " + seed);
        return hit;
    }
}
