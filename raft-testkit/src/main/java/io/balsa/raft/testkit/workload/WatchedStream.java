package io.balsa.raft.testkit.workload;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A stream that knows whether it has thrown, so that nobody else is blamed for it. */
final class WatchedStream extends FilterOutputStream {

    private boolean failed;

    WatchedStream(OutputStream out) {
        super(out);
    }

    boolean hasFailed() {
        return failed;
    }

    @Override
    public void write(int b) throws IOException {
        failed = true;
        out.write(b);
        failed = false;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        failed = true;
        out.write(bytes, offset, length);
        failed = false;
    }

    @Override
    public void flush() throws IOException {
        failed = true;
        out.flush();
        failed = false;
    }
}
