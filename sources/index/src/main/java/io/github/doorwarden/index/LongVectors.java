package io.github.doorwarden.index;

import java.io.IOException;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.KnnVectorsReader;
import org.apache.lucene.codecs.KnnVectorsWriter;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;

/// The usual format of an index, for vectors of more than the 1,024 dimensions that are allowed as it comes: usual
/// models have 1,536 and more. What is written is the usual format, so nothing is needed to read it.
final class LongVectors extends FilterCodec {

    /// Of a vector; the largest models have 4,096.
    private static final int DIMENSIONS = 8_192;

    private final KnnVectorsFormat vectors;

    LongVectors() {
        super(Codec.getDefault().getName(), Codec.getDefault());
        vectors = new Wide(Codec.getDefault().knnVectorsFormat());
    }

    @Override
    public KnnVectorsFormat knnVectorsFormat() {
        return vectors;
    }

    private static final class Wide extends KnnVectorsFormat {

        private final KnnVectorsFormat usual;

        Wide(KnnVectorsFormat usual) {
            super(usual.getName());
            this.usual = usual;
        }

        @Override
        public KnnVectorsWriter fieldsWriter(SegmentWriteState state) throws IOException {
            return usual.fieldsWriter(state);
        }

        @Override
        public KnnVectorsReader fieldsReader(SegmentReadState state) throws IOException {
            return usual.fieldsReader(state);
        }

        @Override
        public int getMaxDimensions(String field) {
            return DIMENSIONS;
        }
    }
}
