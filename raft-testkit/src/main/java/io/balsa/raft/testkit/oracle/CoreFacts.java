package io.balsa.raft.testkit.oracle;

import io.balsa.raft.cluster.Membership;
import io.balsa.raft.core.RaftCore;

/**
 * What a core says of itself when it has said what it wants done, besides that.
 *
 * @param membership the one in effect
 * @param membershipIndex where in the log that stands
 * @param baseIndex after which index the log begins
 * @param durableIndex up to where it believes to have its log on its disk
 */
record CoreFacts(Membership membership, long membershipIndex, long baseIndex, long durableIndex) {

    static CoreFacts of(RaftCore core) {
        return new CoreFacts(core.membership(), core.membershipIndex(), core.baseIndex(), core.durableIndex());
    }
}
