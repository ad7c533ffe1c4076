package io.balsa.raft.testkit.cli;

import io.balsa.raft.message.Message;
import io.balsa.raft.testkit.world.Story;
import java.io.PrintWriter;

/** Prints what happens in a run: time, who, what. */
final class TextStory implements Story {

    private final PrintWriter out;
    private final boolean messages;

    TextStory(PrintWriter out, boolean messages) {
        this.out = out;
        this.messages = messages;
    }

    @Override
    public void tell(long nanos, String who, String what) {
        out.println(Story.line(nanos, who, what));
    }

    @Override
    public void tell(long nanos, Passage passage, Message message) {
        if (messages) {
            switch (passage) {
                case SENT -> tell(nanos, "server " + message.from().value(), "says " + message);
                case DELIVERED -> tell(nanos, "server " + message.to().value(), "hears " + message);
                case LOST -> tell(nanos, "network", "loses " + message);
                case REPEATED -> tell(nanos, "network", "delivers once more " + message);
                case STOPPED -> tell(nanos, "network", "stops at a cut link " + message);
            }
        }
    }
}
