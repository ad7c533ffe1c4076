package io.balsa.raft.testkit.shrink;

/** Which step of a client, both counted from 1. */
public record StepName(int client, long number) implements Comparable<StepName> {

    @Override
    public int compareTo(StepName other) {
        int byClient = Integer.compare(client, other.client);
        return byClient != 0 ? byClient : Long.compare(number, other.number);
    }
}
