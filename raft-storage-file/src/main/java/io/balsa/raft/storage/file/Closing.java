package io.balsa.raft.storage.file;

import java.io.Closeable;
import java.io.IOException;
import java.util.Collection;

/** Closes many things, all of them, even if some cannot be closed. */
final class Closing {

    private Closing() {}

    /** Closes all; then throws what went wrong first, if anything did. */
    static void all(Collection<? extends Closeable> open) throws IOException {
        IOException failure = null;
        for (Closeable next : open) {
            try {
                next.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
