# Pictures that are sent.
pictures-kind = Images
