# Pictures that are sent.
pictures-kind = Bilder
