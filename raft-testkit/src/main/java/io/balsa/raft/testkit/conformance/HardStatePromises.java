package io.balsa.raft.testkit.conformance;

import static io.balsa.raft.testkit.conformance.Values.notVoted;
import static io.balsa.raft.testkit.conformance.Values.run;
import static io.balsa.raft.testkit.conformance.Values.voted;

import java.util.List;

/** Term and vote. */
final class HardStatePromises {

    static final List<StoragePromise> ALL = List.of(
            StoragePromise.of(
                    "term-and-vote-are-kept",
                    "The term and the vote that were written last, and synced, are found again.",
                    HardStatePromises::areKept),
            StoragePromise.of(
                    "vote-ends-with-its-term",
                    "A term that is written without a vote has none, whatever the vote of the term before.",
                    HardStatePromises::voteEndsWithItsTerm),
            StoragePromise.of(
                    "entries-do-not-touch-the-vote",
                    "Appending, dropping and reading entries changes neither term nor vote.",
                    HardStatePromises::entriesDoNotTouchTheVote));

    private HardStatePromises() {}

    private static void areKept(Bench bench) {
        bench.storage().writeHardState(voted(6, 1));
        bench.storage().writeHardState(voted(7, 2));
        bench.storage().sync();
        Expect.equal(bench.reopen().hardState(), voted(7, 2), "term and vote");

        bench.storage().writeHardState(voted(Long.MAX_VALUE, Long.MAX_VALUE));
        bench.storage().sync();
        Expect.equal(bench.reopen().hardState(), voted(Long.MAX_VALUE, Long.MAX_VALUE), "term and vote");
    }

    private static void voteEndsWithItsTerm(Bench bench) {
        bench.storage().writeHardState(voted(7, 2));
        bench.storage().sync();
        bench.storage().writeHardState(notVoted(8));
        bench.storage().sync();

        Expect.equal(bench.reopen().hardState(), notVoted(8), "term and vote");
    }

    private static void entriesDoNotTouchTheVote(Bench bench) {
        bench.storage().writeHardState(voted(9, 2));
        bench.append(run(1, 4, "a", "b"));
        bench.append(run(2, 5, "B"));
        bench.entriesFrom(1);

        Expect.equal(bench.reopen().hardState(), voted(9, 2), "term and vote");
    }
}
