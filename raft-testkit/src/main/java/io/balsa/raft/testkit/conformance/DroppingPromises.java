package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.entries;
import static io.balsa.raft.testkit.conformance.Values.membershipRun;
import static io.balsa.raft.testkit.conformance.Values.run;

import io.balsa.raft.storage.EntryRun;
import io.balsa.raft.storage.StoredState;
import java.util.List;

/** What becomes of entries in whose place others are appended. */
final class DroppingPromises {

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "appending-drops-what-follows",
                    "Appending at an index at which the log has an entry drops that entry and all after it, and none"
                            + " before it, also within a run.",
                    DroppingPromises::appendingDropsWhatFollows),
            StoragePromise.of(
                    "whole-log-can-be-dropped",
                    "Appending at the first index drops the whole log.",
                    DroppingPromises::wholeLogCanBeDropped),
            StoragePromise.of(
                    "dropped-entries-stay-away",
                    "Entries that were dropped do not come back, neither when the store is opened again nor when the log"
                            + " has grown past them.",
                    DroppingPromises::droppedEntriesStayAway),
            StoragePromise.of(
                    "dropped-terms-are-not-told",
                    "A term that lost all its entries is not told, and one that lost its first begins where it now does.",
                    DroppingPromises::droppedTermsAreNotTold),
            StoragePromise.of(
                    "dropped-memberships-are-not-told",
                    "A membership that was dropped is not told.",
                    DroppingPromises::droppedMembershipsAreNotTold));

    private DroppingPromises() {}

    private static void appendingDropsWhatFollows(Bench bench) {
        bench.append(run(1, 1, "a"), run(2, 1, "b", "c", "d", "e"), run(6, 1, "f"));

        bench.storage().append(run(4, 2, "D"));
        Expect.equal(bench.entriesFrom(1), entries(run(1, 1, "a", "b", "c"), run(4, 2, "D")), "the entries at once");

        bench.append(run(2, 3, "B"));
        EntryRun[] left = {run(1, 1, "a"), run(2, 3, "B")};
        Expect.equal(bench.entriesFrom(1), entries(left), "the entries once synced");
        Expect.equal(bench.entriesOf(bench.reopen()), entries(left), "the entries after a restart");
    }

    private static void wholeLogCanBeDropped(Bench bench) {
        bench.append(run(1, 1, "a", "b"), run(3, 1, "c"));

        bench.append(run(1, 2, "A"));

        Expect.equal(bench.entriesFrom(1), entries(run(1, 2, "A")), "the entries");
        Expect.equal(bench.entriesOf(bench.reopen()), entries(run(1, 2, "A")), "the entries after a restart");
    }

    private static void droppedEntriesStayAway(Bench bench) {
        bench.append(run(1, 1, "a", "b"), run(3, 1, "c"), run(4, 1, "d"), run(5, 1, "e"));
        bench.append(run(2, 2, "B"));
        StoredState state = bench.reopen();
        Expect.equal(state.last(), at(2, 2), "the last entry after a restart");
        Expect.equal(bench.entriesOf(state), entries(run(1, 1, "a"), run(2, 2, "B")), "the entries after a restart");

        bench.append(run(3, 2, "C"));
        EntryRun[] left = {run(1, 1, "a"), run(2, 2, "B", "C")};
        Expect.equal(bench.entriesFrom(1), entries(left), "the entries when the log has grown");
        Expect.equal(bench.entriesOf(bench.reopen()), entries(left), "the entries after another restart");
    }

    private static void droppedTermsAreNotTold(Bench bench) {
        bench.append(run(1, 1, "a"), run(2, 2, "b"), run(3, 3, "c"));
        bench.append(run(2, 4, "B"));
        Expect.equal(bench.reopen().termStarts(), List.of(at(1, 1), at(2, 4)), "the terms");

        bench.append(run(1, 4, "A"));
        Expect.equal(bench.reopen().termStarts(), List.of(at(1, 4)), "the terms of a log that was dropped whole");
    }

    private static void droppedMembershipsAreNotTold(Bench bench) {
        EntryRun kept = membershipRun(1, 1, Bench.FOUNDING);
        bench.append(kept, membershipRun(2, 1, Bench.LATER), run(3, 1, "c"));

        bench.append(run(2, 2, "B"));

        Expect.equal(bench.reopen().memberships(), entries(kept), "the memberships");
    }
}
