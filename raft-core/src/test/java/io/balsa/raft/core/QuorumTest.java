package io.balsa.raft.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Majorities against counting by hand, for all small memberships. */
@DisplayName("A quorum")
class QuorumTest {

    private static final int SERVERS = 4;

    /** Every choice of voters, outgoing voters (perhaps none) and learners among four servers. */
    private static List<Membership> memberships() {
        List<Membership> all = new ArrayList<>();
        for (int voters = 1; voters < 1 << SERVERS; voters++) {
            for (int outgoing = 0; outgoing < 1 << SERVERS; outgoing++) {
                Set<Long> learners = new HashSet<>(ids(~voters));
                all.add(Setup.membership(ids(voters), ids(outgoing), learners));
            }
        }
        return all;
    }

    private static Set<Long> ids(int bits) {
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < SERVERS; i++) {
            if ((bits >> i & 1) == 1) {
                ids.add(i + 1L);
            }
        }
        return ids;
    }

    private static boolean naive(Membership membership, Set<Long> passing) {
        List<Set<NodeId>> halves = membership.outgoingVoters().isEmpty()
                ? List.of(membership.voters())
                : List.of(membership.voters(), membership.outgoingVoters());
        return halves.stream()
                .allMatch(half -> 2
                                * half.stream()
                                        .filter(id -> passing.contains(id.value()))
                                        .count()
                        > half.size());
    }

    private static void forEachSubset(Consumer<Set<Long>> check) {
        for (int bits = 0; bits < 1 << SERVERS; bits++) {
            check.accept(ids(bits));
        }
    }

    @Test
    @DisplayName("is a majority of each half, and learners do not count")
    void isAMajorityOfEachHalf() {
        for (Membership membership : memberships()) {
            forEachSubset(passing -> assertThat(Quorum.reached(membership, id -> passing.contains(id.value())))
                    .as("%s of %s", passing, membership)
                    .isEqualTo(naive(membership, passing)));
        }
    }

    @Test
    @DisplayName("is impossible when those who did not fail are none")
    void isImpossible() {
        for (Membership membership : memberships()) {
            forEachSubset(failing -> {
                Set<Long> others = new HashSet<>(ids(-1));
                others.removeAll(failing);
                assertThat(Quorum.impossible(membership, id -> failing.contains(id.value())))
                        .as("%s of %s", failing, membership)
                        .isEqualTo(!naive(membership, others));
            });
        }
    }

    @Test
    @DisplayName("has reached the highest value that all of one have")
    void reachesAValue() {
        long[] values = new long[SERVERS];
        for (Membership membership : memberships()) {
            for (int code = 0; code < 81; code++) {
                for (int i = 0, rest = code; i < SERVERS; i++, rest /= 3) {
                    values[i] = rest % 3 - 1L;
                }
                assertThat(Quorum.highestReached(membership, id -> values[(int) id.value() - 1]))
                        .isEqualTo(naiveHighest(membership, values));
            }
        }
    }

    private static long naiveHighest(Membership membership, long[] values) {
        for (long value = 1; value > -1; value--) {
            Set<Long> passing = new HashSet<>();
            for (int i = 0; i < SERVERS; i++) {
                if (values[i] >= value) {
                    passing.add(i + 1L);
                }
            }
            if (naive(membership, passing)) {
                return value;
            }
        }
        return -1;
    }

    @Test
    @DisplayName("is won with a majority of answers, one of each voter, and lost without")
    void ballot() {
        Membership membership = Setup.membership(Set.of(1L, 2L, 3L), Set.of(), Set.of(4L));
        Ballot ballot = new Ballot();

        ballot.count(NodeId.of(2), true);
        ballot.count(NodeId.of(2), true);
        ballot.count(NodeId.of(2), false);
        ballot.count(NodeId.of(1), false);
        ballot.count(NodeId.of(4), true);

        assertThat(ballot.isWon(membership)).isFalse();
        assertThat(ballot.isLost(membership)).isFalse();
        ballot.count(NodeId.of(3), true);
        assertThat(ballot.isWon(membership)).isTrue();
    }
}
