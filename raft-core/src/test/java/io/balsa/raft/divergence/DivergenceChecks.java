package io.balsa.raft.divergence;

import static io.balsa.raft.divergence.HashSpanTest.span;
import static org.assertj.core.api.Assertions.assertThat;

import io.balsa.raft.cluster.Member;
import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A check, and what servers tell it. */
abstract class DivergenceChecks {

    static final int INTERVAL = 8;
    static final long RIGHT = 111;
    static final long WRONG = 666;
    static final long NEVER = Long.MAX_VALUE;

    DivergenceCheck check = new DivergenceCheck(voters(1, 2, 3), INTERVAL);

    void agreeAt(long checkpoint) {
        LongStream.of(1, 2, 3).forEach(server -> report(server, checkpoint, RIGHT));
    }

    void divergeAt(long checkpoint) {
        report(1, checkpoint, RIGHT);
        report(2, checkpoint, RIGHT);
        assertThat(report(3, checkpoint, WRONG)).hasValue(new Verdict.Diverged(checkpoint, ids(3), ids(1, 2)));
    }

    Optional<Verdict> report(long server, long checkpoint, long hash) {
        return check.onReport(NodeId.of(server), checkpoint, OptionalLong.of(hash));
    }

    List<FirstDifference> tell(long server, HashSpan span) {
        return check.onSpan(NodeId.of(server), span);
    }

    static FirstDifference difference(long server, long from, long to) {
        return new FirstDifference(NodeId.of(server), new IndexRange(from, to));
    }

    static Verdict undecidable(long checkpoint, Map<Long, Long> hashes) {
        SortedMap<NodeId, Long> byServer = new TreeMap<>();
        hashes.forEach((server, hash) -> byServer.put(NodeId.of(server), hash));
        return new Verdict.Undecidable(checkpoint, byServer);
    }

    static Membership voters(long... ids) {
        return Membership.ofVoters(
                Arrays.stream(ids).mapToObj(id -> Member.of(id, "a" + id)).toList());
    }

    static Membership joint() {
        return new Membership(voters(1, 2, 3, 4, 5).members(), ids(3, 4, 5), ids(1, 2, 3), ids());
    }

    static Membership withLearner() {
        return new Membership(voters(1, 2, 3, 4).members(), ids(1, 2, 3), ids(), ids(4));
    }

    static SortedSet<NodeId> ids(long... ids) {
        return Arrays.stream(ids).mapToObj(NodeId::of).collect(Collectors.toCollection(TreeSet::new));
    }
}
