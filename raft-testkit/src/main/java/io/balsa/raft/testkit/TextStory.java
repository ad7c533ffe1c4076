package io.balsa.raft.testkit;

import io.balsa.raft.testkit.world.Story;

/** A story as text, without the messages that servers send one another. */
final class TextStory implements Story {

    private final StringBuilder text = new StringBuilder();
    private long nowNanos;

    @Override
    public void tell(long nanos, String who, String what) {
        nowNanos = nanos;
        tellNow(who, what);
    }

    /** Something has happened at the time of what was told last. */
    void tellNow(String who, String what) {
        text.append(Story.line(nowNanos, who, what)).append(System.lineSeparator());
    }

    String text() {
        return text.toString();
    }
}
