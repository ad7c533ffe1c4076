package io.balsa.raft.runtime;

import java.util.List;

/** Proposals of one term that stand in the log one after the other. */
record PendingBatch(long firstIndex, long term, List<Proposal> proposals) {

    long lastIndex() {
        return firstIndex + proposals.size() - 1;
    }

    PendingBatch upTo(long index) {
        return new PendingBatch(firstIndex, term, proposals.subList(0, (int) (index - firstIndex + 1)));
    }

    PendingBatch after(long index) {
        return new PendingBatch(index + 1, term, proposals.subList((int) (index - firstIndex + 1), proposals.size()));
    }
}
