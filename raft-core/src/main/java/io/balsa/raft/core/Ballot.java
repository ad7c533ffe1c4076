package io.balsa.raft.core;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.cluster.NodeId;
import java.util.Map;
import java.util.TreeMap;

/** The answers of one election so far: one for each voter, however often it repeats itself. */
final class Ballot {

    private final Map<NodeId, Boolean> answers = new TreeMap<>();

    /** A vote that is given stands, and undoes a refusal: who is asked twice, because messages are, may think again. */
    void count(NodeId voter, boolean granted) {
        answers.merge(voter, granted, Boolean::logicalOr);
    }

    boolean isWon(Membership membership) {
        return Quorum.reached(membership, voter -> answers.getOrDefault(voter, false));
    }

    boolean isLost(Membership membership) {
        return Quorum.impossible(membership, voter -> !answers.getOrDefault(voter, true));
    }
}
