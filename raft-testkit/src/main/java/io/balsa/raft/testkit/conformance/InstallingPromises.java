package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.announced;
import static io.balsa.raft.testkit.conformance.Values.at;
import static io.balsa.raft.testkit.conformance.Values.entries;
import static io.balsa.raft.testkit.conformance.Values.membershipRun;
import static io.balsa.raft.testkit.conformance.Values.notVoted;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.voted;

import io.balsa.raft.storage.LogPosition;
import io.balsa.raft.storage.StorageException;
import io.balsa.raft.storage.StoredState;
import java.util.List;
import java.util.Optional;

/** Snapshots that were received take the place of the log. */
final class InstallingPromises {

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "installing-keeps-what-follows",
                    "If the log has the last entry that the snapshot covers, what follows that entry stays.",
                    InstallingPromises::keepsWhatFollows),
            StoragePromise.of(
                    "installing-replaces-a-shorter-log",
                    "If the log does not reach the snapshot, it is dropped whole, and goes on after the snapshot.",
                    InstallingPromises::replacesAShorterLog),
            StoragePromise.of(
                    "installing-replaces-another-log",
                    "If the log has another entry where the snapshot ends, it is dropped whole, and nothing of it comes"
                            + " back.",
                    InstallingPromises::replacesAnotherLog),
            StoragePromise.of(
                    "installing-replaces-memberships",
                    "Memberships and terms of a log that a snapshot took the place of are not told.",
                    InstallingPromises::replacesMemberships),
            StoragePromise.of(
                    "nothing-is-read-below-the-base",
                    "Entries that a snapshot stands for can no longer be read: that is a StorageException, as the library"
                            + " then sends the snapshot.",
                    InstallingPromises::nothingIsReadBelowTheBase),
            StoragePromise.of(
                    "nothing-is-written-below-the-base",
                    "A run that begins where a snapshot stands for the log is refused, and nothing is changed.",
                    InstallingPromises::nothingIsWrittenBelowTheBase),
            StoragePromise.of(
                    "older-snapshots-change-nothing",
                    "Installing a snapshot that ends before the log begins does nothing.",
                    InstallingPromises::olderSnapshotsChangeNothing),
            StoragePromise.of(
                    "missing-snapshots-are-not-installed",
                    "Installing a snapshot that is not there is refused with an IllegalArgumentException.",
                    InstallingPromises::missingSnapshotsAreNotInstalled),
            StoragePromise.of(
                    "opening-finishes-installing",
                    "A snapshot that was committed, and that the log does not reach or contradicts, is installed by the"
                            + " next opening.",
                    InstallingPromises::openingFinishesInstalling),
            StoragePromise.of(
                    "opening-takes-the-later-term",
                    "A snapshot that is installed by the opening brings its term if that is later than the one remembered,"
                            + " without a vote; else term and vote stay.",
                    InstallingPromises::openingTakesTheLaterTerm));

    private InstallingPromises() {}

    private static void keepsWhatFollows(Bench bench) {
        bench.appendSix();

        bench.install(at(4, 2), "received");

        Expect.equal(bench.entriesFrom(5), entries(run(5, 2, "e5", "e6")), "the entries after the snapshot");
        StoredState state = bench.reopen();
        Expect.equal(state.last(), at(6, 2), "the last entry");
        Expect.equal(state.snapshot(), Optional.of(announced(at(4, 2), "received")), "the snapshot");
        Expect.equal(bench.entriesFrom(5), entries(run(5, 2, "e5", "e6")), "the entries after a restart");
    }

    private static void replacesAShorterLog(Bench bench) {
        bench.appendSix();

        bench.install(at(100, 3), "received");
        Expect.equal(bench.entriesFrom(101), List.of(), "the entries after the snapshot");
        bench.append(run(101, 3, "next"));

        Expect.equal(bench.entriesFrom(101), entries(run(101, 3, "next")), "the entries after the snapshot");
        StoredState state = bench.reopen();
        Expect.equal(state.base(), at(100, 3), "the position before the first entry");
        Expect.equal(state.last(), at(101, 3), "the last entry");
        Expect.equal(state.termStarts(), List.of(at(101, 3)), "the terms");
        Expect.equal(state.snapshot(), Optional.of(announced(at(100, 3), "received")), "the snapshot");
        Expect.equal(bench.entriesOf(state), entries(run(101, 3, "next")), "the entries after a restart");
    }

    private static void replacesAnotherLog(Bench bench) {
        bench.appendSix();

        bench.install(at(4, 3), "received");

        Expect.equal(bench.entriesFrom(5), List.of(), "the entries after the snapshot");
        StoredState state = bench.reopen();
        Expect.equal(state.base(), at(4, 3), "the position before the first entry");
        Expect.equal(state.last(), at(4, 3), "the position of the last entry");
        Expect.equal(state.termStarts(), List.of(), "the terms");
        bench.append(run(5, 3, "new"));
        StoredState later = bench.reopen();
        Expect.equal(bench.entriesOf(later), entries(run(5, 3, "new")), "the entries that were appended after it");
    }

    private static void replacesMemberships(Bench bench) {
        bench.append(membershipRun(1, 1, Bench.FOUNDING), membershipRun(2, 1, Bench.LATER));

        bench.install(at(10, 1), "received");

        StoredState state = bench.reopen();
        Expect.equal(state.memberships(), List.of(), "the memberships");
        Expect.equal(state.termStarts(), List.of(), "the terms");
        Expect.equal(state.snapshot().orElseThrow().membership(), Bench.LATER, "the membership of the snapshot");
    }

    private static void nothingIsReadBelowTheBase(Bench bench) {
        bench.appendSix();
        bench.install(at(100, 3), "received");
        bench.append(run(101, 3, "next"));
        for (long from : List.of(1L, 4L, 99L, 100L)) {
            Expect.refusal(
                    StorageException.class,
                    "Reading entry " + from + ", which is before 100/3,",
                    () -> bench.storage().read(from, 101, Bench.UNLIMITED));
        }
        Expect.equal(bench.entriesFrom(101), entries(run(101, 3, "next")), "the entries after the snapshot");
    }

    private static void nothingIsWrittenBelowTheBase(Bench bench) {
        bench.appendSix();
        bench.install(at(100, 3), "received");
        bench.append(run(101, 3, "next"));
        for (long index : List.of(1L, 50L, 100L)) {
            Expect.refusal(
                    RuntimeException.class,
                    "A run at " + index + " of a log that begins after 100",
                    () -> bench.storage().append(run(index, 3, "x")));
        }
        StoredState state = bench.reopen();
        Expect.equal(state.base(), at(100, 3), "the position before the first entry");
        Expect.equal(bench.entriesOf(state), entries(run(101, 3, "next")), "the entries");
    }

    private static void olderSnapshotsChangeNothing(Bench bench) {
        bench.install(at(100, 3), "received");
        bench.append(run(101, 3, "next"));
        try {
            bench.install(at(50, 2), "late");
        } catch (IllegalArgumentException e) {
            // It was not kept, as there is a newer one: then there is nothing to install.
        }
        Expect.equal(bench.entriesFrom(101), entries(run(101, 3, "next")), "the entries");
        StoredState state = bench.reopen();
        Expect.equal(state.base(), at(100, 3), "the position before the first entry");
        Expect.equal(bench.entriesOf(state), entries(run(101, 3, "next")), "the entries after a restart");
    }

    private static void missingSnapshotsAreNotInstalled(Bench bench) {
        Expect.refusal(
                IllegalArgumentException.class,
                "Installing a snapshot that is not there",
                () -> bench.storage().installSnapshot(announced(at(4, 2), "nowhere")));
        Expect.equal(bench.reopen().base(), LogPosition.ZERO, "the position before the first entry");
    }

    private static void openingFinishesInstalling(Bench bench) {
        bench.appendSix();
        bench.receive(at(4, 3), "contradicts");
        StoredState state = bench.reopen();
        Expect.equal(state.base(), at(4, 3), "the position before the first entry, of a log that was contradicted");
        Expect.equal(bench.entriesOf(state), List.of(), "the entries of a log that was contradicted");

        bench.receive(at(100, 3), "received");
        StoredState later = bench.reopen();
        Expect.equal(later.base(), at(100, 3), "the position before the first entry, of a log that was too short");
        Expect.equal(later.last(), at(100, 3), "the position of the last entry");
        Expect.equal(later.snapshot(), Optional.of(announced(at(100, 3), "received")), "the snapshot");
        Expect.equal(bench.reopen(), later, "what the next opening tells");
    }

    private static void openingTakesTheLaterTerm(Bench bench) {
        bench.appendSix();
        bench.storage().writeHardState(voted(2, 2));
        bench.storage().sync();
        bench.receive(at(100, 7), "received");
        Expect.equal(bench.reopen().hardState(), notVoted(7), "the term that came with a snapshot of term 7");

        bench.storage().writeHardState(voted(9, 2));
        bench.storage().sync();
        bench.receive(at(200, 8), "received");
        Expect.equal(bench.reopen().hardState(), voted(9, 2), "term and vote, where the snapshot is of term 8");
        bench.receive(at(300, 9), "received");
        Expect.equal(bench.reopen().hardState(), voted(9, 2), "term and vote, where the snapshot is of term 9");
    }
}
